package io.slipway.engine.naming;

import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.model.dns.DnsAlias;
import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsRecord;
import io.slipway.model.dns.DnsRecordSet;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.blob.Blobs;
import io.slipway.store.dns.DnsNumberStore;
import io.slipway.store.dns.DnsNumberStore.Wanted;
import io.slipway.store.dns.DnsVersionStore;
import io.slipway.store.dns.DnsVersionStore.Kind;
import io.slipway.store.dns.DnsVersionStore.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Makes a new version of the records, and of who is unwell, when what instances' rows say differs from what was last
 * published. The blob is there before the version is written, and the version is written before anybody is told. Calls
 * block.
 */
final class NamePublisher {
    /** Agents may still be fetching these. */
    private static final int KEPT_VERSIONS = 20;

    private static final int TRIES = 5;

    private final DnsNumberStore numbers;
    private final DnsVersionStore versions;
    private final Blobs blobs;
    private final Supplier<List<InstanceRow>> rows;

    NamePublisher(DnsNumberStore numbers, DnsVersionStore versions, Blobs blobs, Supplier<List<InstanceRow>> rows) {
        this.numbers = numbers;
        this.versions = versions;
        this.blobs = blobs;
        this.rows = rows;
    }

    /** What was published last, by any director. */
    Published latest() {
        return new Published(
                versions.latest(Kind.RECORDS).orElse(Published.NOTHING),
                versions.latest(Kind.HEALTH).orElse(Published.NOTHING));
    }

    /** Publishes what has changed, if anything has. */
    Published publish() throws IOException {
        for (int attempt = 1; ; attempt++) {
            var facts = new HashMap<String, NameFacts>();
            rows.get().forEach(row -> facts.put(row.id(), NameFacts.of(row)));
            boolean isOurs = publish(Kind.RECORDS, recordSet(facts)::json)
                    && publish(Kind.HEALTH, version -> health(facts, version));
            if (isOurs || attempt == TRIES) {
                return latest();
            }
        }
    }

    /** False where another director was quicker, perhaps with older rows than these. */
    private boolean publish(Kind kind, LongFunction<String> content) throws IOException {
        String digest = sha256(content.apply(0));
        var last = versions.latest(kind).orElse(Published.NOTHING);
        if (last.contentSha256().equals(digest)) {
            return true;
        }
        long next = last.number() + 1;
        var blob = blobs.put(new ByteArrayInputStream(content.apply(next).getBytes(StandardCharsets.UTF_8)));
        if (!versions.publish(kind, new Version(next, digest, blob.sha256(), blob.sizeBytes()))) {
            return false;
        }
        for (String old : versions.retire(kind, next - KEPT_VERSIONS)) {
            blobs.delete(old);
        }
        return true;
    }

    private DnsRecordSet recordSet(Map<String, NameFacts> facts) {
        var descriptions = new HashMap<String, GroupDescription>();
        versions.descriptions().forEach((name, json) -> descriptions.put(name, GroupDescription.parse(json)));
        var records = new ArrayList<DnsRecord>();
        facts.forEach((id, one) -> one.addresses()
                .forEach(address -> records.add(new DnsRecord(
                        id,
                        one.group(),
                        linkGroups(one, descriptions.getOrDefault(one.deployment(), GroupDescription.NONE)),
                        one.az(),
                        address.network(),
                        one.deployment(),
                        address.ip(),
                        one.agentId(),
                        one.index()))));
        var targets = new HashSet<DnsGroup>();
        descriptions.forEach((deployment, description) -> description
                .aliases()
                .forEach(alias -> targets.add(new DnsGroup(DnsGroup.Kind.LINK, deployment, alias.link()))));
        var numbered = number(records, targets);
        // The number of an instance that has gone since its row was read is gone, too.
        records.removeIf(record -> !numbered.instances().containsKey(record.instanceId()));
        var aliases = new ArrayList<DnsAlias>();
        descriptions.forEach((deployment, description) -> description
                .aliases()
                .forEach(alias -> aliases.add(new DnsAlias(
                        alias.domain(),
                        Long.toString(numbered.group(new DnsGroup(DnsGroup.Kind.LINK, deployment, alias.link()))),
                        alias.healthFilter(),
                        alias.initialHealthCheck(),
                        alias.placeholderType()))));
        aliases.sort(java.util.Comparator.comparing(DnsAlias::domain).thenComparing(DnsAlias::groupId));
        return new DnsRecordSet(numbered, records, aliases);
    }

    private io.slipway.model.dns.DnsNumbers number(List<DnsRecord> records, Collection<DnsGroup> targets) {
        var azs = new HashSet<String>();
        var networks = new HashSet<String>();
        var groups = new HashSet<DnsGroup>(targets);
        var instances = new HashSet<String>();
        for (DnsRecord record : records) {
            if (!record.az().isEmpty()) {
                azs.add(record.az());
            }
            networks.add(record.network());
            groups.add(DnsGroup.ofInstances(record.deployment(), record.group()));
            groups.addAll(record.linkGroups());
            instances.add(record.instanceId());
        }
        return numbers.numbered(new Wanted(azs, networks, groups, instances));
    }

    private static List<DnsGroup> linkGroups(NameFacts facts, GroupDescription description) {
        return description.links().getOrDefault(facts.group(), List.of()).stream()
                .map(link -> new DnsGroup(DnsGroup.Kind.LINK, facts.deployment(), link))
                .toList();
    }

    private static String health(Map<String, NameFacts> facts, long version) {
        var unwell = new TreeSet<String>();
        facts.forEach((id, one) -> {
            if (!one.isWell()) {
                unwell.add(id);
            }
        });
        return Yaml.canonicalJson(Map.of("version", version, "unhealthy", List.copyOf(unwell)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
