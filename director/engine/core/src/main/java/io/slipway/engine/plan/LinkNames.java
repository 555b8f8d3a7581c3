package io.slipway.engine.plan;

import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names by which a deployment's templates know instances, where its features or its networks ask for names. */
public final class LinkNames {
    private final String deployment;
    private final DnsNames names;
    private final DnsFeatures features;

    public LinkNames(String deployment, DnsNames names, DnsFeatures features) {
        this.deployment = deployment;
        this.names = names;
        this.features = features;
    }

    /** What an instance is told of its own address: a name, or else the address. */
    public String addressOf(String instanceId, String group, String network, String ip) {
        boolean isNamed = features.useDnsAddresses() || ip.isEmpty();
        if (!isNamed || network.isEmpty()) {
            return ip;
        }
        return features.useShortDnsAddresses()
                ? names.shortInstance(instanceId, DnsGroup.ofInstances(deployment, group), network)
                : DnsNames.instance(instanceId, group, network, deployment);
    }

    /** The link with names for its instances, and with what {@code link.address} needs to make queries. */
    public Map<String, Object> named(Map<String, Object> link) {
        if (!(link.get("instance_group") instanceof String group)
                || !(link.get("deployment_name") instanceof String from)
                || !(link.get("default_network") instanceof String network)) {
            return link;
        }
        boolean isByLink = features.useLinkDnsNames() && link.get("group_name") instanceof String;
        var target = isByLink
                ? new DnsGroup(DnsGroup.Kind.LINK, from, String.valueOf(link.get("group_name")))
                : DnsGroup.ofInstances(from, group);
        // A consumer may have said what it wants.
        boolean isByName = link.get("ip_addresses") instanceof Boolean ips ? !ips : features.useDnsAddresses();
        var numbers = names.numbers();
        boolean isShort = (features.useShortDnsAddresses() || isByLink)
                && numbers.groups().containsKey(target);
        var named = new LinkedHashMap<>(link);
        var query = new LinkedHashMap<String, Object>();
        query.put("azs", numbers.azs());
        if (isShort) {
            query.put("group", numbers.group(target));
            query.put("network", numbers.network(network));
            query.put("instances", numbersOf(link));
        }
        named.put("domain", DnsNames.DOMAIN);
        named.put("use_short_dns_addresses", isShort);
        named.put("dns_query", query);
        named.put(
                "instances",
                instances(link).stream()
                        .map(one -> instance(one, target, group, network, from, isShort, isByName))
                        .toList());
        return named;
    }

    private Map<String, Object> instance(
            Map<String, Object> one,
            DnsGroup target,
            String group,
            String network,
            String from,
            boolean isShort,
            boolean isByName) {
        String ip = String.valueOf(one.getOrDefault("address", ""));
        if (!isByName && !ip.isEmpty()) {
            return one;
        }
        String id = String.valueOf(one.get("id"));
        var named = new LinkedHashMap<>(one);
        named.put(
                "address",
                isShort ? names.shortInstance(id, target, network) : DnsNames.instance(id, group, network, from));
        return named;
    }

    private Map<String, Object> numbersOf(Map<String, Object> link) {
        var numbers = new LinkedHashMap<String, Object>();
        for (var one : instances(link)) {
            Long number = names.numbers().instances().get(String.valueOf(one.get("id")));
            if (number != null) {
                numbers.put(String.valueOf(one.get("id")), number);
            }
        }
        return numbers;
    }

    private static List<Map<String, Object>> instances(Map<String, Object> link) {
        var found = new ArrayList<Map<String, Object>>();
        if (link.get("instances") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> map) {
                    var copy = new LinkedHashMap<String, Object>();
                    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
                    found.add(copy);
                }
            }
        }
        return found;
    }
}
