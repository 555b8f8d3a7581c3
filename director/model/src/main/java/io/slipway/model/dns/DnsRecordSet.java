package io.slipway.model.dns;

import io.slipway.model.name.DnsLabel;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All records and aliases of a director, in the order in which files show them. */
public final class DnsRecordSet {
    private static final List<String> KEYS = List.of(
            "id",
            "num_id",
            "instance_group",
            "group_ids",
            "az",
            "az_id",
            "network",
            "network_id",
            "deployment",
            "ip",
            "domain",
            "agent_id",
            "instance_index");

    private final DnsNumbers numbers;
    private final List<DnsRecord> records;
    private final List<DnsAlias> aliases;

    public DnsRecordSet(DnsNumbers numbers, List<DnsRecord> records, List<DnsAlias> aliases) {
        this.numbers = numbers;
        this.records = records.stream()
                .sorted(Comparator.comparing(DnsRecord::deployment)
                        .thenComparing(DnsRecord::group)
                        .thenComparing(DnsRecord::index)
                        .thenComparing(DnsRecord::instanceId)
                        .thenComparing(DnsRecord::network))
                .toList();
        this.aliases = List.copyOf(aliases);
    }

    /** BOSH DNS' records.json. Equal sets have equal text under equal versions. */
    public String json(long version) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("version", version);
        tree.put("records", records.stream().map(DnsRecordSet::host).toList());
        tree.put("record_keys", KEYS);
        tree.put("record_infos", records.stream().map(this::info).toList());
        tree.put("aliases", aliasesByName());
        return Yaml.canonicalJson(tree);
    }

    private static List<String> host(DnsRecord record) {
        return List.of(
                record.ip(),
                DnsNames.instance(record.instanceId(), record.group(), record.network(), record.deployment()));
    }

    private List<@Nullable Object> info(DnsRecord record) {
        var groupIds = new ArrayList<String>();
        groupIds.add(text(numbers.group(DnsGroup.ofInstances(record.deployment(), record.group()))));
        record.linkGroups().forEach(group -> groupIds.add(text(numbers.group(group))));
        boolean hasAz = !record.az().isEmpty();
        return Arrays.<@Nullable Object>asList(
                record.instanceId(),
                text(numbers.instance(record.instanceId())),
                DnsLabel.canonical(record.group()),
                groupIds,
                hasAz ? record.az() : null,
                hasAz ? text(numbers.az(record.az())) : null,
                DnsLabel.canonical(record.network()),
                text(numbers.network(record.network())),
                DnsLabel.canonical(record.deployment()),
                record.ip(),
                DnsNames.DOMAIN,
                record.agentId(),
                record.index());
    }

    private Map<String, List<Object>> aliasesByName() {
        var byName = new TreeMap<String, List<Object>>();
        for (DnsAlias alias : aliases) {
            var target = new LinkedHashMap<String, @Nullable Object>();
            target.put("root_domain", DnsNames.DOMAIN);
            target.put("group_id", alias.groupId());
            target.put("health_filter", given(alias.healthFilter()));
            target.put("initial_health_check", given(alias.initialHealthCheck()));
            target.put("placeholder_type", given(alias.placeholderType()));
            byName.computeIfAbsent(alias.domain(), key -> new ArrayList<>()).add(target);
        }
        return byName;
    }

    private static @Nullable Object given(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String text(long number) {
        return Long.toString(number);
    }
}
