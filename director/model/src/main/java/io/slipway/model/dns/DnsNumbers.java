package io.slipway.model.dns;

import java.util.Map;

/** The numbers that stand for names in queries. A name that has one keeps it for ever. */
public record DnsNumbers(
        Map<String, Long> azs, Map<String, Long> networks, Map<DnsGroup, Long> groups, Map<String, Long> instances) {
    public DnsNumbers {
        azs = Map.copyOf(azs);
        networks = Map.copyOf(networks);
        groups = Map.copyOf(groups);
        instances = Map.copyOf(instances);
    }

    public long az(String name) {
        return known(azs, "AZ", name);
    }

    public long network(String name) {
        return known(networks, "network", name);
    }

    public long group(DnsGroup group) {
        return known(groups, "group", group);
    }

    public long instance(String id) {
        return known(instances, "instance", id);
    }

    private static <K> long known(Map<K, Long> numbers, String what, K key) {
        Long number = numbers.get(key);
        if (number == null) {
            throw new IllegalArgumentException("the " + what + " " + key + " has no number yet");
        }
        return number;
    }
}
