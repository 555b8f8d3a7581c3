package io.slipway.model.dns;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What names of a deployment are made of.
 *
 * @param instances ids
 * @param links names of providers, {@code provider-type}, by instance group; every group is there
 */
public record DnsTopology(
        String deployment,
        Set<String> azs,
        Set<String> networks,
        Set<String> instances,
        Map<String, List<String>> links,
        List<LinkAlias> aliases) {
    public DnsTopology {
        azs = Set.copyOf(azs);
        networks = Set.copyOf(networks);
        instances = Set.copyOf(instances);
        links = Map.copyOf(links);
        aliases = List.copyOf(aliases);
    }

    /**
     * A name for a provider. Empty strings stand for what is not given.
     *
     * @param link the provider's, as in {@link DnsTopology#links()}
     */
    public record LinkAlias(
            String domain, String link, String healthFilter, String initialHealthCheck, String placeholderType) {}
}
