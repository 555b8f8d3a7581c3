package io.slipway.model.link;

import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.release.LinkConsumer;
import io.slipway.model.yaml.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A link that a job wants, and what the manifest says about it.
 *
 * @param isExplicit whether the manifest names it, so that its provider must have the right name too
 * @param isBlocked whether nothing may be taken for it
 * @param from the provider's name
 * @param deployment of the provider; empty for the consumer's own
 * @param manual what the manifest gives in the place of a provider; empty for none
 */
record Wanted(
        GroupSpec group,
        ResolvedJob job,
        LinkConsumer link,
        boolean isExplicit,
        boolean isBlocked,
        String from,
        Optional<String> deployment,
        Optional<String> network,
        Optional<Boolean> ipAddresses,
        Optional<Map<String, Object>> manual) {
    private static final List<String> MANUAL_KEYS = List.of("instances", "properties", "address");

    /** @param problem is told what is wrong with what the manifest says */
    static Wanted of(GroupSpec group, ResolvedJob job, LinkConsumer link, Consumer<String> problem) {
        if (!job.consumes().containsKey(link.name())) {
            return implicit(group, job, link, false, false);
        }
        Object given = job.consumes().get(link.name());
        if ("nil".equals(given)) {
            return implicit(group, job, link, true, true);
        }
        if (given instanceof Map<?, ?> map) {
            return explicit(group, job, link, Trees.asMap(map), problem);
        }
        problem.accept("Consumer '" + link.name() + "' in " + place(group, job)
                + " specified in the manifest should only be a hash or string 'nil'");
        return implicit(group, job, link, true, true);
    }

    private static Wanted implicit(
            GroupSpec group, ResolvedJob job, LinkConsumer link, boolean isExplicit, boolean isBlocked) {
        return new Wanted(
                group,
                job,
                link,
                isExplicit,
                isBlocked,
                link.name(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Wanted explicit(
            GroupSpec group, ResolvedJob job, LinkConsumer link, Map<String, Object> given, Consumer<String> problem) {
        String of = " for link '" + link.name() + "' in " + place(group, job) + ".";
        for (String key : List.of("instances", "properties")) {
            if (given.containsKey(key) && given.containsKey("from")) {
                problem.accept("Cannot specify both '" + key + "' and 'from' keys" + of);
            }
        }
        if (given.containsKey("properties") && !given.containsKey("instances")) {
            problem.accept("Cannot specify 'properties' without 'instances'" + of);
        }
        if (given.containsKey("ip_addresses") && !(given.get("ip_addresses") instanceof Boolean)) {
            problem.accept("Cannot specify non boolean values for 'ip_addresses' field" + of);
        }
        if (given.containsKey("name") || given.containsKey("type")) {
            problem.accept(LinkTexts.reservedKeys(link.name(), job.job().name(), group.name()));
        }
        String from = text(given, "from").orElse(link.name());
        boolean isManual = MANUAL_KEYS.stream().anyMatch(given::containsKey);
        return new Wanted(
                group,
                job,
                link,
                true,
                false,
                from.substring(from.lastIndexOf('.') + 1),
                text(given, "deployment"),
                text(given, "network"),
                given.get("ip_addresses") instanceof Boolean wants ? Optional.of(wants) : Optional.empty(),
                isManual ? Optional.of(given) : Optional.empty());
    }

    boolean fits(String name, String type) {
        return type.equals(link.type()) && (!isExplicit || name.equals(from));
    }

    String place() {
        return place(group, job);
    }

    private static String place(GroupSpec group, ResolvedJob job) {
        return "job '" + job.job().name() + "' in instance group '" + group.name() + "'";
    }

    private static Optional<String> text(Map<String, Object> given, String key) {
        return Optional.ofNullable(given.get(key)).map(String::valueOf);
    }
}
