package io.slipway.model.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who gives and who takes the links of a deployment, as BOSH's links API tells it. No content, so no secret. */
public record LinkGraph(List<ProviderNode> providers, List<ConsumerNode> consumers, List<Edge> edges) {
    public LinkGraph {
        providers = List.copyOf(providers);
        consumers = List.copyOf(consumers);
        edges = List.copyOf(edges);
    }

    /**
     * Whose a provider or a consumer is.
     *
     * @param type job, variable, disk, external; manual for what the manifest gives to a job in a provider's place
     * @param group the instance group; empty for none
     */
    public record Owner(String type, String name, String group) {}

    /**
     * What gives a link.
     *
     * @param definition its name in the release
     * @param name by which consumers ask for it
     * @param networks by which it can be reached
     */
    public record ProviderNode(
            Owner owner,
            String definition,
            String type,
            String name,
            boolean isShared,
            List<String> networks,
            Address address) {
        public ProviderNode {
            networks = List.copyOf(networks);
        }
    }

    /** What wants a link; definition is the link's name in the release, name that of the provider that is asked for. */
    public record ConsumerNode(Owner owner, String definition, String type, String name, boolean isOptional) {}

    /**
     * A link.
     *
     * @param deployment of the provider
     * @param provider by name and type, where it is another deployment's
     */
    public record Edge(
            ConsumerNode consumer,
            String deployment,
            @Nullable ProviderNode own,
            String provider,
            Address address) {}

    /**
     * What a link's address is made of.
     *
     * @param link the provider as a group of its own, {@code name-type}
     * @param isShort whether the address is of numbers
     * @param isByLink whether it is that of the provider, and not that of its instance group
     * @param fixed the address where the manifest gives it; empty for none
     */
    public record Address(
            String deployment,
            String group,
            String network,
            String link,
            boolean isShort,
            boolean isByLink,
            String fixed) {

        static Address of(Map<String, Object> content) {
            return new Address(
                    text(content, "deployment_name"),
                    text(content, "instance_group"),
                    text(content, "default_network"),
                    text(content, "group_name"),
                    Boolean.TRUE.equals(content.get("use_short_dns_addresses")),
                    Boolean.TRUE.equals(content.get("use_link_dns_names")),
                    text(content, "address"));
        }

        /** The same provider's, on another of its networks. */
        public Address on(String other) {
            return new Address(deployment, group, other, link, isShort, isByLink, fixed);
        }

        private static String text(Map<String, Object> content, String key) {
            return Optional.ofNullable(content.get(key)).map(String::valueOf).orElse("");
        }
    }

    LinkGraph and(LinkGraph more) {
        var allProviders = new ArrayList<>(providers);
        allProviders.addAll(more.providers());
        var allConsumers = new ArrayList<>(consumers);
        allConsumers.addAll(more.consumers());
        var allEdges = new ArrayList<>(edges);
        allEdges.addAll(more.edges());
        return new LinkGraph(allProviders, allConsumers, allEdges);
    }
}
