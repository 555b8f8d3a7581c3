package io.slipway.model.link;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedJob;
import io.slipway.model.release.LinkProvider;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the links that jobs give: those of their releases, and those that the manifest defines. */
final class Providers {
    private final Problems problems;
    private final List<String> warnings;
    private final List<Provider> all = new ArrayList<>();

    private Providers(Problems problems, List<String> warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    /** In the order of the manifest, without those that may not be consumed. */
    static List<Provider> of(DeploymentSpec spec, Problems problems, List<String> warnings) {
        var providers = new Providers(problems, warnings);
        for (GroupSpec group : spec.groups()) {
            for (ResolvedJob job : group.jobs()) {
                providers.collect(group, job);
            }
        }
        return List.copyOf(providers.all);
    }

    private void collect(GroupSpec group, ResolvedJob job) {
        var offered = new ArrayList<>(job.job().spec().provides());
        for (LinkProvider custom : job.customProviders()) {
            if (isKnown(offered, custom.name())) {
                problem(
                        group,
                        job,
                        "Custom provider '" + custom.name() + "' in job '" + nameOf(job) + "' in instance group '"
                                + group.name() + "' is already defined in release '"
                                + job.release().name() + "'");
            }
            offered.add(custom);
        }
        for (String name : job.provides().keySet()) {
            if (!isKnown(offered, name)) {
                warnings.add("Manifest defines unknown providers: Job '" + nameOf(job)
                        + "' does not define link provider '" + name + "' in the release spec");
            }
        }
        for (LinkProvider link : offered) {
            add(group, job, link);
        }
    }

    private void add(GroupSpec group, ResolvedJob job, LinkProvider link) {
        if (!job.provides().containsKey(link.name())) {
            all.add(new Provider(group, job, link, link.name(), false));
            return;
        }
        Object given = job.provides().get(link.name());
        if (given instanceof Map<?, ?> map) {
            addGiven(group, job, link, Trees.asMap(map));
        } else if (!"nil".equals(given)) {
            problem(
                    group,
                    job,
                    "Provider '" + link.name() + "' in job '" + nameOf(job) + "' in instance group '" + group.name()
                            + "' specified in the manifest should only be a hash or string 'nil'");
        }
    }

    private void addGiven(GroupSpec group, ResolvedJob job, LinkProvider link, Map<String, Object> given) {
        if (given.containsKey("name") || given.containsKey("type")) {
            problem(group, job, LinkTexts.reservedKeys(link.name(), nameOf(job), group.name()));
        }
        Object alias = given.get("as");
        all.add(new Provider(
                group,
                job,
                link,
                alias == null ? link.name() : String.valueOf(alias),
                Boolean.TRUE.equals(given.get("shared"))));
    }

    private void problem(GroupSpec group, ResolvedJob job, String message) {
        problems.add(ErrorCodes.INVALID_LINK, group.name() + "." + nameOf(job) + ".provides", message);
    }

    private static boolean isKnown(List<LinkProvider> offered, String name) {
        return offered.stream().anyMatch(link -> link.name().equals(name));
    }

    private static String nameOf(ResolvedJob job) {
        return job.job().name();
    }
}
