package io.slipway.agent.dns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * All records of one version, and the aliases that point into them. Immutable; whoever is not known to be unwell counts
 * as healthy.
 *
 * @param aliases queries (with their domain) by name; all names in lower case, without final dots
 */
record RecordSet(long version, List<DnsRecord> records, Set<String> domains, Map<String, List<DnsQuery>> aliases) {
    /** Of a VM that never got records. */
    static final RecordSet NONE = new RecordSet(0, List.of(), Set.of(), Map.of());

    private static final String DEFAULT_DOMAIN = "bosh";
    private static final String AGENT_DOMAIN = ".bosh-agent-id";
    private static final String IPV4_REVERSE = ".in-addr.arpa";

    static RecordSet of(long version, List<DnsRecord> records, Map<String, List<DnsQuery>> aliases) {
        var domains = new HashSet<String>();
        domains.add(DEFAULT_DOMAIN);
        records.forEach(record -> domains.add(record.domain()));
        return new RecordSet(version, List.copyOf(records), Set.copyOf(domains), Map.copyOf(aliases));
    }

    /**
     * What is known of a name.
     *
     * @param name in lower case, without the final dot
     * @param unhealthy ids of instances
     */
    DnsAnswer resolve(String name, Set<String> unhealthy, Random chance) {
        var alias = aliasOf(name);
        if (!alias.isEmpty()) {
            return addresses(alias, unhealthy, chance);
        }
        if (name.endsWith(AGENT_DOMAIN)) {
            return ofAgent(name.substring(0, name.length() - AGENT_DOMAIN.length()));
        }
        if (name.endsWith(IPV4_REVERSE)) {
            return namesOf(name.substring(0, name.length() - IPV4_REVERSE.length()));
        }
        var domain = domainOf(name);
        if (domain.isEmpty()) {
            return new DnsAnswer.NotOurs();
        }
        if (version == 0) {
            return new DnsAnswer.NotKnownYet();
        }
        try {
            var prefix = name.equals(domain) ? "" : name.substring(0, name.length() - domain.length() - 1);
            var inDomain = records.stream()
                    .filter(record -> record.domain().equals(domain))
                    .toList();
            return pick(List.of(DnsQuery.parse(prefix)), inDomain, unhealthy, chance);
        } catch (DnsQuery.Malformed malformed) {
            return new DnsAnswer.Malformed();
        }
    }

    private DnsAnswer addresses(List<DnsQuery> queries, Set<String> unhealthy, Random chance) {
        return pick(queries, records, unhealthy, chance);
    }

    private static DnsAnswer pick(
            List<DnsQuery> queries, List<DnsRecord> records, Set<String> unhealthy, Random chance) {
        var found = new ArrayList<String>();
        var isKnown = false;
        for (var query : queries) {
            var matching = records.stream().filter(query::matches).toList();
            isKnown |= !matching.isEmpty();
            for (var record : ofHealth(query.health(), matching, unhealthy)) {
                if (!found.contains(record.ip())) {
                    found.add(record.ip());
                }
            }
        }
        if (!isKnown) {
            return new DnsAnswer.NoSuchName();
        }
        Collections.shuffle(found, chance);
        return new DnsAnswer.Addresses(found);
    }

    private static List<DnsRecord> ofHealth(DnsQuery.Health wanted, List<DnsRecord> records, Set<String> unhealthy) {
        var well = records.stream()
                .filter(record -> !unhealthy.contains(record.instanceId()))
                .toList();
        return switch (wanted) {
            case ALL -> records;
            case HEALTHY -> well;
            case UNHEALTHY ->
                records.stream()
                        .filter(record -> unhealthy.contains(record.instanceId()))
                        .toList();
            case SMART -> well.isEmpty() ? records : well;
        };
    }

    private List<DnsQuery> aliasOf(String name) {
        var exact = aliases.get(name);
        if (exact != null) {
            return exact;
        }
        var dot = name.indexOf('.');
        return dot < 0 ? List.of() : aliases.getOrDefault("*" + name.substring(dot), List.of());
    }

    private DnsAnswer ofAgent(String agentId) {
        var ips = records.stream()
                .filter(record -> record.agentId().equals(agentId))
                .map(DnsRecord::ip)
                .toList();
        return ips.isEmpty() ? new DnsAnswer.NoSuchName() : new DnsAnswer.Addresses(ips);
    }

    private DnsAnswer namesOf(String reversed) {
        var parts = new ArrayList<>(List.of(reversed.split("\\.", -1)));
        Collections.reverse(parts);
        var ip = String.join(".", parts);
        var names = records.stream()
                .filter(record -> record.ip().equals(ip))
                .map(DnsRecord::fullName)
                .toList();
        return names.isEmpty() ? new DnsAnswer.NotOurs() : new DnsAnswer.Names(names);
    }

    private String domainOf(String name) {
        for (var domain : domains.isEmpty() ? Set.of(DEFAULT_DOMAIN) : domains) {
            if (name.equals(domain) || name.endsWith("." + domain)) {
                return domain;
            }
        }
        return "";
    }

    /** Collects queries by alias. */
    static final class Aliases {
        private final Map<String, List<DnsQuery>> queries = new HashMap<>();

        void add(String name, String query) throws DnsQuery.Malformed {
            queries.computeIfAbsent(name, key -> new ArrayList<>()).add(DnsQuery.parse(query));
        }

        Map<String, List<DnsQuery>> all() {
            return queries;
        }
    }
}
