package io.slipway.model.link;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.release.LinkConsumer;
import io.slipway.model.release.LinkProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds for every link that a job wants the one that gives it: the only one of its type, and where the manifest names it
 * also of that name; or what another deployment shares. A provider that takes the name of a link from a job which takes
 * its own from it is a circle, and refused.
 */
public final class LinkResolver {
    private final DeploymentSpec spec;
    private final Map<String, List<LinkInstance>> instances = new HashMap<>();
    private final OtherDeployments others;
    private final Problems problems = new Problems();
    private final List<String> warnings = new ArrayList<>();
    private final List<SharedLink> taken = new ArrayList<>();
    private final Map<String, Map<String, Object>> contents = new HashMap<>();
    private final Map<View, Map<String, Object>> views = new HashMap<>();
    private final LinkTrace trace;

    /** A link seen by consumers that want the same of it: many do, and one object serves them all. */
    private record View(String provider, Optional<String> network, Optional<Boolean> ipAddresses) {}

    private LinkResolver(DeploymentSpec spec, List<LinkInstance> instances, OtherDeployments others) {
        this.spec = spec;
        this.others = others;
        this.trace = new LinkTrace(spec.name(), spec.features());
        instances.forEach(one -> this.instances
                .computeIfAbsent(one.group(), group -> new ArrayList<>())
                .add(one));
    }

    /** Throws {@link io.slipway.model.InvalidInput} with every link that nothing gives, or that several give. */
    public static ResolvedLinks resolve(DeploymentSpec spec, List<LinkInstance> instances, OtherDeployments others) {
        return new LinkResolver(spec, instances, others).resolve();
    }

    private ResolvedLinks resolve() {
        var providers = Providers.of(spec, problems, warnings);
        checkCircles();
        trace.provided(providers);
        var byJob = new LinkedHashMap<String, Map<String, Object>>();
        for (GroupSpec group : spec.groups()) {
            for (ResolvedJob job : group.jobs()) {
                byJob.put(group.name() + "/" + job.job().name(), linksOf(group, job, providers));
            }
        }
        var shared = providers.stream()
                .filter(Provider::isShared)
                .map(one -> new SharedLink(spec.name(), one.alias(), one.link().type(), content(one)))
                .toList();
        problems.throwIfAny();
        return new ResolvedLinks(byJob, shared, taken, warnings, trace.graph());
    }

    /** Aliases that lead through other aliases back to themselves would never come to a provider. */
    private void checkCircles() {
        var next = new LinkedHashMap<String, String>();
        for (GroupSpec group : spec.groups()) {
            for (ResolvedJob job : group.jobs()) {
                for (LinkConsumer wanted : job.job().spec().consumes()) {
                    var from = textOf(job.consumes().get(wanted.name()), "from");
                    for (LinkProvider offered : job.job().spec().provides()) {
                        var as = textOf(job.provides().get(offered.name()), "as");
                        boolean isForwarded = offered.type().equals(wanted.type())
                                && from.isPresent()
                                && as.isPresent()
                                && !from.get().equals(as.get());
                        if (isForwarded) {
                            next.put(as.get(), from.get());
                        }
                    }
                }
            }
        }
        for (String start : next.keySet()) {
            String at = next.get(start);
            for (int i = 0; i <= next.size() && at != null; i++) {
                if (at.equals(start)) {
                    problems.add(
                            ErrorCodes.INVALID_LINK,
                            "links",
                            "link '" + start + "' is cyclic: it is provided from '" + next.get(start)
                                    + "', which comes from '" + start + "' again");
                    return;
                }
                at = next.get(at);
            }
        }
    }

    private Map<String, Object> linksOf(GroupSpec group, ResolvedJob job, List<Provider> providers) {
        for (String name : job.consumes().keySet()) {
            if (job.job().spec().consumes().stream()
                    .noneMatch(link -> link.name().equals(name))) {
                warnings.add("Manifest defines unknown consumers: Job '"
                        + job.job().name() + "' does not define link consumer '" + name + "' in the release spec");
            }
        }
        var links = new LinkedHashMap<String, Object>();
        for (LinkConsumer link : job.job().spec().consumes()) {
            int before = problems.all().size();
            var wanted = Wanted.of(group, job, link, message -> problem(group, job, link, message));
            if (problems.all().size() == before) {
                trace.wanted(wanted);
                linkOf(wanted, providers).ifPresent(found -> links.put(link.name(), found));
            }
        }
        return links;
    }

    private Optional<Map<String, Object>> linkOf(Wanted wanted, List<Provider> providers) {
        if (wanted.manual().isPresent()) {
            var given = manual(wanted.manual().get());
            trace.given(wanted, given);
            return Optional.of(given);
        }
        if (wanted.deployment().isPresent() && !wanted.deployment().get().equals(spec.name())) {
            return ofOther(wanted, wanted.deployment().get());
        }
        var found = wanted.isBlocked()
                ? List.<Provider>of()
                : providers.stream()
                        .filter(one -> wanted.fits(one.alias(), one.link().type()))
                        .toList();
        var disks = disksFor(wanted);
        if (found.isEmpty() && disks.size() == 1) {
            trace.tookDisk(wanted, disks.getFirst());
            return Optional.of(disks.getFirst());
        }
        boolean isNone = found.isEmpty() && disks.isEmpty();
        if (isNone && wanted.link().optional() && (!wanted.isExplicit() || wanted.isBlocked())) {
            return Optional.empty();
        }
        if (found.size() + disks.size() != 1) {
            var described = new ArrayList<String>();
            found.forEach(one -> described.add(one.described(spec.name())));
            disks.forEach(disk -> described.add("Disk link provider " + disk.get("properties")));
            return unresolved(wanted, described);
        }
        var provider = found.getFirst();
        if (wanted.network().isPresent()
                && !provider.isOnNetwork(wanted.network().get())) {
            return unresolved(
                    wanted,
                    List.of(provider.described(spec.name()) + " does not belong to network '"
                            + wanted.network().get() + "'"));
        }
        var seen = views.computeIfAbsent(
                new View(provider.key(), wanted.network(), wanted.ipAddresses()),
                view -> LinkContent.seen(content(provider), view.network(), view.ipAddresses()));
        trace.took(wanted, provider, seen);
        return Optional.of(seen);
    }

    private List<Map<String, Object>> disksFor(Wanted wanted) {
        if (wanted.isBlocked() || !wanted.link().type().equals(DiskLinks.TYPE)) {
            return List.of();
        }
        return DiskLinks.of(spec, wanted.isExplicit() ? Optional.of(wanted.from()) : Optional.empty());
    }

    private Optional<Map<String, Object>> ofOther(Wanted wanted, String deployment) {
        var links = others.linksOf(deployment);
        if (links.isEmpty()) {
            problem(
                    wanted.group(),
                    wanted.job(),
                    wanted.link(),
                    "Link '" + wanted.from() + "' in job '" + wanted.job().job().name() + "' from instance group '"
                            + wanted.group().name() + "' consumes from deployment '" + deployment
                            + "', but the deployment does not exist.");
            return Optional.empty();
        }
        var found = links.get().stream()
                .filter(link -> wanted.fits(link.name(), link.type()))
                .toList();
        if (found.size() != 1) {
            return unresolved(
                    wanted,
                    found.stream()
                            .map(link -> "Link provider '" + link.name() + "' in deployment '" + deployment + "'")
                            .toList());
        }
        var link = found.getFirst();
        boolean isOnNetwork = wanted.network().isEmpty()
                || link.content().get("networks") instanceof List<?> networks
                        && networks.contains(wanted.network().get());
        if (!isOnNetwork) {
            return unresolved(
                    wanted,
                    List.of("Link provider '" + link.name() + "' in deployment '" + deployment
                            + "' does not belong to network '"
                            + wanted.network().orElse("") + "'"));
        }
        if (!taken.contains(link)) {
            taken.add(link);
        }
        var seen = LinkContent.seen(link.content(), wanted.network(), wanted.ipAddresses());
        trace.took(wanted, link, seen);
        return Optional.of(seen);
    }

    private Map<String, Object> manual(Map<String, Object> given) {
        var content = new LinkedHashMap<String, Object>();
        content.put("deployment_name", spec.name());
        content.put("instances", given.getOrDefault("instances", List.of()));
        // As in BOSH both are there, null where they are not given: nothing but the manifest knows the link's address.
        content.put("properties", given.get("properties"));
        content.put("address", given.get("address"));
        return content;
    }

    private Map<String, Object> content(Provider provider) {
        var known = contents.get(provider.key());
        if (known == null) {
            known = LinkContent.of(
                    provider,
                    spec.name(),
                    spec.features(),
                    instances.getOrDefault(provider.group().name(), List.of()),
                    problems);
            contents.put(provider.key(), known);
        }
        return known;
    }

    private Optional<Map<String, Object>> unresolved(Wanted wanted, List<String> found) {
        var link = wanted.link();
        problem(
                wanted.group(),
                wanted.job(),
                link,
                LinkTexts.unresolved(link.name(), wanted.from(), link.type(), wanted.place(), found));
        return Optional.empty();
    }

    private void problem(GroupSpec group, ResolvedJob job, LinkConsumer link, String message) {
        problems.add(
                ErrorCodes.INVALID_LINK, group.name() + "." + job.job().name() + ".consumes." + link.name(), message);
    }

    private static Optional<String> textOf(@Nullable Object given, String key) {
        return given instanceof Map<?, ?> map && map.get(key) != null
                ? Optional.of(String.valueOf(map.get(key)))
                : Optional.empty();
    }
}
