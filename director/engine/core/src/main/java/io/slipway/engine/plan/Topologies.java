package io.slipway.engine.plan;

import io.slipway.model.Problems;
import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.dns.DnsTopology.LinkAlias;
import io.slipway.model.name.DnsLabel;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.release.LinkProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What names of a deployment are made of, out of its plan. */
public final class Topologies {
    private Topologies() {}

    /**
     * Of a deployment whose instances are placed.
     *
     * @param instanceIds of all instances
     * @throws io.slipway.model.InvalidInput naming what no part of a DNS name can be made of
     */
    public static DnsTopology of(DeploymentSpec spec, Set<String> azs, Set<String> instanceIds) {
        var problems = new Problems();
        var networks = new HashSet<String>();
        var links = new LinkedHashMap<String, List<String>>();
        var aliases = new ArrayList<LinkAlias>();
        DnsLabel.check(spec.name(), "name", problems);
        for (GroupSpec group : spec.groups()) {
            DnsLabel.check(group.name(), "instance_groups." + group.name() + ".name", problems);
            group.networks().forEach(network -> networks.add(network.network().name()));
            var provided = new ArrayList<String>();
            for (ResolvedJob job : group.jobs()) {
                var offered = new ArrayList<>(job.job().spec().provides());
                offered.addAll(job.customProviders());
                for (LinkProvider link : offered) {
                    addProvider(spec.name(), link, job.provides().get(link.name()), provided, aliases);
                }
            }
            links.put(group.name(), List.copyOf(provided));
        }
        networks.forEach(network -> DnsLabel.check(network, "networks." + network, problems));
        problems.throwIfAny();
        return new DnsTopology(spec.name(), azs, networks, instanceIds, links, aliases);
    }

    private static void addProvider(
            String deployment,
            LinkProvider link,
            @Nullable Object given,
            List<String> provided,
            List<LinkAlias> aliases) {
        if ("nil".equals(given)) {
            return;
        }
        Map<?, ?> settings = given instanceof Map<?, ?> map ? map : Map.of();
        String name = DnsGroup.ofLink(deployment, text(settings, "as", link.name()), link.type())
                .name();
        if (!provided.contains(name)) {
            provided.add(name);
        }
        if (settings.get("aliases") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> alias && !text(alias, "domain", "").isEmpty()) {
                    aliases.add(new LinkAlias(
                            text(alias, "domain", ""),
                            name,
                            text(alias, "health_filter", ""),
                            text(alias, "initial_health_check", ""),
                            text(alias, "placeholder_type", "")));
                }
            }
        }
    }

    private static String text(Map<?, ?> map, String key, String otherwise) {
        Object value = map.get(key);
        return value == null ? otherwise : value.toString();
    }
}
