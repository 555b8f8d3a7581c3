package io.slipway.model.link;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.manifest.Features;
import io.slipway.model.plan.JobProperties;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a link brings: instances and properties, in BOSH's form. */
final class LinkContent {
    private static final String INSTANCES = "instances";
    private static final String ADDRESSES = "addresses";
    private static final String DEFAULT_NETWORK = "default_network";
    private static final String ROOT_DOMAIN = "bosh";

    private LinkContent() {}

    /** As the provider has it, with the addresses of every network. */
    static Map<String, Object> of(
            Provider provider, String deployment, Features features, List<LinkInstance> instances, Problems problems) {
        var content = new LinkedHashMap<String, Object>();
        content.put("deployment_name", deployment);
        content.put("domain", ROOT_DOMAIN);
        content.put(DEFAULT_NETWORK, provider.group().defaultNetwork());
        content.put(
                "networks",
                provider.group().networks().stream()
                        .map(one -> one.network().name())
                        .toList());
        content.put("instance_group", provider.group().name());
        content.put("group_name", provider.alias() + "-" + provider.link().type());
        content.put("properties", properties(provider, problems));
        content.put("use_short_dns_addresses", features.useShortDnsAddresses().orElse(false));
        content.put("use_dns_addresses", features.useDnsAddresses().orElse(false));
        content.put("use_link_dns_names", features.useLinkDnsNames());
        content.put(
                INSTANCES,
                instances.stream()
                        .filter(one -> one.group().equals(provider.group().name()))
                        .map(LinkContent::instance)
                        .toList());
        return content;
    }

    /**
     * As a consumer sees it: each instance by its address on one network. Where the consumer says whether it wants IP
     * addresses or names, the content tells so by {@code ip_addresses}.
     *
     * @param network of the addresses; empty for the provider's default
     */
    static Map<String, Object> seen(Map<String, Object> content, Optional<String> network, Optional<Boolean> wantsIps) {
        var seen = new LinkedHashMap<>(content);
        String on = network.orElse(String.valueOf(content.get(DEFAULT_NETWORK)));
        seen.put(DEFAULT_NETWORK, on);
        wantsIps.ifPresent(wants -> seen.put("ip_addresses", wants));
        var instances = new ArrayList<Object>();
        for (Object one : (List<?>) content.getOrDefault(INSTANCES, List.of())) {
            var instance = new LinkedHashMap<>(Trees.asMap((Map<?, ?>) one));
            Object addresses = instance.remove(ADDRESSES);
            Object address = addresses instanceof Map<?, ?> map ? map.get(on) : null;
            instance.put("address", address == null ? "" : address);
            instances.add(instance);
        }
        seen.put(INSTANCES, instances);
        return seen;
    }

    private static Map<String, Object> instance(LinkInstance instance) {
        var one = new LinkedHashMap<String, Object>();
        one.put("name", instance.group());
        one.put("id", instance.id());
        one.put("index", instance.index());
        one.put("bootstrap", instance.bootstrap());
        one.put("az", instance.az().isEmpty() ? null : instance.az());
        one.put(ADDRESSES, instance.addresses());
        return one;
    }

    private static Map<String, Object> properties(Provider provider, Problems problems) {
        var spec = provider.job().job().spec();
        var visible = new LinkedHashMap<String, Object>();
        for (String name : provider.link().properties()) {
            // What the manifest gives counts even where it is null.
            boolean isGiven = JobProperties.has(provider.job().properties(), name);
            var declared = spec.properties().get(name);
            if (!isGiven && declared == null) {
                problems.add(
                        ErrorCodes.INVALID_LINK,
                        provider.group().name() + "." + spec.name() + ".provides",
                        "Link property " + name + " in template " + spec.name() + " is not defined in release spec");
                continue;
            }
            Object value = isGiven || declared == null
                    ? JobProperties.at(provider.job().properties(), name)
                    : declared.defaultValue();
            JobProperties.put(visible, name, value);
        }
        return visible;
    }
}
