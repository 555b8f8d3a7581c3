package io.slipway.model.link;

import io.slipway.model.link.LinkGraph.Address;
import io.slipway.model.link.LinkGraph.ConsumerNode;
import io.slipway.model.link.LinkGraph.Edge;
import io.slipway.model.link.LinkGraph.Owner;
import io.slipway.model.link.LinkGraph.ProviderNode;
import io.slipway.model.manifest.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Takes note of who takes what from whom, while links are resolved. */
final class LinkTrace {
    private static final String JOB = "job";

    private final String deployment;
    private final Features features;
    private final List<ProviderNode> providers = new ArrayList<>();
    private final List<ConsumerNode> consumers = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();

    LinkTrace(String deployment, Features features) {
        this.deployment = deployment;
        this.features = features;
    }

    void provided(List<Provider> all) {
        all.forEach(one -> providers.add(node(one)));
    }

    void wanted(Wanted wanted) {
        consumers.add(node(wanted));
    }

    void took(Wanted wanted, Provider provider, Map<String, Object> seen) {
        edges.add(new Edge(node(wanted), deployment, node(provider), provider.alias(), Address.of(seen)));
    }

    void took(Wanted wanted, SharedLink link, Map<String, Object> seen) {
        edges.add(new Edge(node(wanted), link.deployment(), null, link.name(), Address.of(seen)));
    }

    void given(Wanted wanted, Map<String, Object> content) {
        give(wanted, "manual", wanted.job().job().name(), wanted.group().name(), content);
    }

    void tookDisk(Wanted wanted, Map<String, Object> content) {
        give(wanted, "disk", wanted.link().name(), "", content);
    }

    /** A provider that is there for this consumer only. */
    private void give(Wanted wanted, String type, String owner, String group, Map<String, Object> content) {
        var address = Address.of(content);
        var provider = new ProviderNode(
                new Owner(type, owner, group),
                wanted.link().name(),
                wanted.link().type(),
                wanted.from(),
                false,
                List.of(),
                address);
        if (!providers.contains(provider)) {
            providers.add(provider);
        }
        edges.add(new Edge(node(wanted), deployment, provider, provider.name(), address));
    }

    LinkGraph graph() {
        return new LinkGraph(providers, consumers, edges);
    }

    private static ConsumerNode node(Wanted wanted) {
        return new ConsumerNode(
                new Owner(JOB, wanted.job().job().name(), wanted.group().name()),
                wanted.link().name(),
                wanted.link().type(),
                wanted.from(),
                wanted.link().optional());
    }

    private ProviderNode node(Provider provider) {
        return node(provider, deployment, features);
    }

    static ProviderNode node(Provider provider, String deployment, Features features) {
        var group = provider.group();
        return new ProviderNode(
                new Owner(JOB, provider.job().job().name(), group.name()),
                provider.link().name(),
                provider.link().type(),
                provider.alias(),
                provider.isShared(),
                group.networks().stream().map(one -> one.network().name()).toList(),
                new Address(
                        deployment,
                        group.name(),
                        group.defaultNetwork(),
                        provider.alias() + "-" + provider.link().type(),
                        features.useShortDnsAddresses().orElse(false),
                        features.useLinkDnsNames(),
                        ""));
    }
}
