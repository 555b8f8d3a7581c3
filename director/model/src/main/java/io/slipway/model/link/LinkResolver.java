package io.slipway.model.link;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.JobProperties;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.release.LinkConsumer;
import io.slipway.model.release.LinkProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds for every link that a job wants the one that gives it: by the name in {@code from}, else the only one of its
 * type. A provider that takes the name of a link from a job which takes its own from it is a circle, and refused.
 */
public final class LinkResolver {
    private final DeploymentSpec spec;
    private final List<LinkInstance> instances;
    private final Map<String, SharedLink> shared;
    private final Problems problems = new Problems();
    private final List<Provider> providers = new ArrayList<>();

    private record Provider(GroupSpec group, ResolvedJob job, LinkProvider link, String alias) {}

    private LinkResolver(DeploymentSpec spec, List<LinkInstance> instances, Map<String, SharedLink> shared) {
        this.spec = spec;
        this.instances = instances;
        this.shared = shared;
    }

    /** Throws {@link io.slipway.model.InvalidInput} with every link that nothing gives, or that several give. */
    public static ResolvedLinks resolve(
            DeploymentSpec spec, List<LinkInstance> instances, Map<String, SharedLink> fromOtherDeployments) {
        return new LinkResolver(spec, instances, fromOtherDeployments).resolve();
    }

    private ResolvedLinks resolve() {
        for (GroupSpec group : spec.groups()) {
            for (ResolvedJob job : group.jobs()) {
                collectProviders(group, job);
            }
        }
        checkCircles();
        var byJob = new LinkedHashMap<String, Map<String, Object>>();
        for (GroupSpec group : spec.groups()) {
            for (ResolvedJob job : group.jobs()) {
                byJob.put(group.name() + "/" + job.job().name(), linksOf(group, job));
            }
        }
        problems.throwIfAny();
        return new ResolvedLinks(byJob);
    }

    private void collectProviders(GroupSpec group, ResolvedJob job) {
        for (String name : job.provides().keySet()) {
            if (job.job().spec().provides().stream()
                    .noneMatch(link -> link.name().equals(name))) {
                problems.add(
                        ErrorCodes.INVALID_LINK,
                        group.name() + "." + job.job().name() + ".provides",
                        "Job '" + job.job().name() + "' in instance group '" + group.name()
                                + "' does not provide a link '" + name + "'");
            }
        }
        for (LinkProvider link : job.job().spec().provides()) {
            Object given = job.provides().get(link.name());
            if (isNil(given)) {
                continue;
            }
            String alias = textOf(given, "as").orElse(link.name());
            providers.add(new Provider(group, job, link, alias));
        }
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

    private Map<String, Object> linksOf(GroupSpec group, ResolvedJob job) {
        var links = new LinkedHashMap<String, Object>();
        for (String name : job.consumes().keySet()) {
            if (job.job().spec().consumes().stream()
                    .noneMatch(link -> link.name().equals(name))) {
                problems.add(
                        ErrorCodes.INVALID_LINK,
                        group.name() + "." + job.job().name() + ".consumes",
                        "Job '" + job.job().name() + "' in instance group '" + group.name()
                                + "' does not consume a link '" + name + "'");
            }
        }
        for (LinkConsumer wanted : job.job().spec().consumes()) {
            Object given = job.consumes().get(wanted.name());
            if (isNil(given)) {
                continue;
            }
            linkOf(group, job, wanted, given).ifPresent(link -> links.put(wanted.name(), link));
        }
        return links;
    }

    private Optional<Map<String, Object>> linkOf(
            GroupSpec group, ResolvedJob job, LinkConsumer wanted, @Nullable Object given) {
        if (given instanceof Map<?, ?> manual && manual.containsKey("instances")) {
            var content = new LinkedHashMap<String, Object>();
            manual.forEach((key, value) -> content.put(String.valueOf(key), value));
            content.putIfAbsent("properties", Map.of());
            return Optional.of(content);
        }
        var from = textOf(given, "from");
        var otherDeployment = textOf(given, "deployment").filter(name -> !name.equals(spec.name()));
        if (otherDeployment.isPresent()) {
            var found = shared.get(otherDeployment.get() + "/" + from.orElse(wanted.name()));
            if (found != null && found.type().equals(wanted.type())) {
                return Optional.of(found.content());
            }
            return missing(group, job, wanted, "deployment '" + otherDeployment.get() + "' does not share it");
        }
        var candidates = providers.stream()
                .filter(provider -> provider.link().type().equals(wanted.type()))
                .filter(provider -> from.map(provider.alias()::equals).orElse(true))
                .toList();
        var disks = wanted.type().equals(DiskLinks.TYPE) ? DiskLinks.of(spec, from) : List.<Map<String, Object>>of();
        if (candidates.isEmpty() && disks.size() == 1) {
            return Optional.of(disks.getFirst());
        }
        if (candidates.size() + disks.size() > 1) {
            return missing(group, job, wanted, "several jobs or disks provide it: choose one with 'from'");
        }
        if (candidates.size() == 1) {
            return Optional.of(content(candidates.getFirst()));
        }
        return wanted.optional() && from.isEmpty()
                ? Optional.empty()
                : missing(
                        group,
                        job,
                        wanted,
                        from.map(name -> "nothing provides '" + name + "'").orElse("nothing provides it"));
    }

    private Optional<Map<String, Object>> missing(GroupSpec group, ResolvedJob job, LinkConsumer wanted, String why) {
        problems.add(
                ErrorCodes.LINK_MISSING,
                group.name() + "." + job.job().name() + ".consumes." + wanted.name(),
                "Failed to resolve link '" + wanted.name() + "' of type '" + wanted.type() + "' from job '"
                        + job.job().name() + "' in instance group '" + group.name() + "': " + why);
        return Optional.empty();
    }

    private Map<String, Object> content(Provider provider) {
        var members = new ArrayList<Object>();
        for (LinkInstance instance : instances) {
            if (instance.group().equals(provider.group().name())) {
                var one = new LinkedHashMap<String, Object>();
                one.put("name", instance.group());
                one.put("id", instance.id());
                one.put("index", instance.index());
                one.put("az", instance.az().isEmpty() ? null : instance.az());
                one.put("address", instance.address());
                one.put("bootstrap", instance.bootstrap());
                members.add(one);
            }
        }
        var effective = JobProperties.effective(
                provider.job().job().spec(), provider.job().properties());
        var visible = new LinkedHashMap<String, Object>();
        for (String name : provider.link().properties()) {
            Object value = JobProperties.at(effective, name);
            if (value != null) {
                JobProperties.put(visible, name, value);
            }
        }
        var content = new LinkedHashMap<String, Object>();
        content.put("deployment_name", spec.name());
        content.put("instance_group", provider.group().name());
        content.put("group_name", provider.alias() + "-" + provider.link().type());
        content.put("default_network", provider.group().defaultNetwork());
        content.put("instances", members);
        content.put("properties", visible);
        return content;
    }

    private static boolean isNil(@Nullable Object given) {
        return "nil".equals(given);
    }

    private static Optional<String> textOf(@Nullable Object given, String key) {
        return given instanceof Map<?, ?> map && map.get(key) != null
                ? Optional.of(String.valueOf(map.get(key)))
                : Optional.empty();
    }
}
