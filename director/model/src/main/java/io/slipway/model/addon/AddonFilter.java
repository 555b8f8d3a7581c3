package io.slipway.model.addon;

import io.slipway.model.ErrorCodes;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Fields;
import java.util.List;
import java.util.Set;

/** Where an addon is put, or is not: all that a filter says must be so. */
record AddonFilter(
        List<String> deployments,
        List<Job> jobs,
        List<String> instanceGroups,
        List<String> operatingSystems,
        List<String> networks,
        List<String> azs,
        List<String> teams,
        String lifecycle) {

    private static final Set<String> KEYS =
            Set.of("deployments", "jobs", "instance_groups", "stemcell", "networks", "azs", "teams", "lifecycle");
    private static final Set<String> JOB_KEYS = Set.of("name", "release");
    private static final Set<String> STEMCELL_KEYS = Set.of("os");

    /** A job of a release. */
    record Job(String name, String release) {}

    static AddonFilter parse(Fields addon, String key, boolean isRuntime) {
        var fields = addon.object(key);
        var filter = new AddonFilter(
                fields.strings("deployments"),
                fields.objects("jobs").stream()
                        .map(job -> new Job(job.string("name", ""), job.string("release", "")))
                        .toList(),
                fields.strings("instance_groups"),
                fields.objects("stemcell").stream()
                        .map(one -> one.string("os", ""))
                        .toList(),
                fields.strings("networks"),
                fields.strings("azs"),
                isRuntime ? fields.strings("teams") : List.of(),
                fields.string("lifecycle", ""));
        filter.check(fields, key, isRuntime);
        return filter;
    }

    /** Tells of what has no effect. */
    static void warn(Fields addon, String key, boolean isRuntime, List<String> warnings) {
        var fields = addon.object(key);
        fields.warnUnknown(KEYS, warnings);
        fields.objects("jobs").forEach(job -> job.warnUnknown(JOB_KEYS, warnings));
        fields.objects("stemcell").forEach(one -> one.warnUnknown(STEMCELL_KEYS, warnings));
        if (!fields.strings("teams").isEmpty()) {
            warnings.add("'" + fields.path("teams") + "' "
                    + (isRuntime ? "fits nothing: this director has no teams" : "is ignored in a manifest"));
        }
    }

    private void check(Fields fields, String key, boolean isRuntime) {
        if (!isRuntime && !deployments.isEmpty()) {
            fields.problem(
                    ErrorCodes.ADDON_DEPLOYMENT_FILTER,
                    "deployments",
                    "Deployment filter is not allowed for deployment level addons.");
        }
        var references = VariableReferences.find(fields.raw());
        if (!references.isEmpty()) {
            // Which addons apply is decided before variables are resolved.
            fields.problems()
                    .add(
                            ErrorCodes.INVALID_VALUE,
                            fields.path(),
                            "'" + fields.path() + "' refers to variable '"
                                    + references.iterator().next() + "': expected a filter without variables");
        }
        String level = isRuntime ? "runtime" : "deployment";
        for (Job job : jobs) {
            if (job.name().isEmpty() || job.release().isEmpty()) {
                fields.problem(
                        ErrorCodes.ADDON_FILTER_JOB,
                        "jobs",
                        "Job " + job + " in " + level + " config's " + key
                                + " section must have both name and release.");
            }
        }
        if (operatingSystems.contains("")) {
            fields.problem(
                    ErrorCodes.ADDON_FILTER_STEMCELL,
                    "stemcell",
                    "Stemcell in " + level + " config's " + key + " section must have an os name.");
        }
    }

    boolean isEmpty() {
        return deployments.isEmpty()
                && jobs.isEmpty()
                && instanceGroups.isEmpty()
                && operatingSystems.isEmpty()
                && networks.isEmpty()
                && azs.isEmpty()
                && teams.isEmpty()
                && lifecycle.isEmpty();
    }

    /** There are no teams here, so that a filter by team fits nothing. */
    boolean fits(AddonTarget target) {
        return teams.isEmpty()
                && (deployments.isEmpty() || deployments.contains(target.deployment()))
                && (jobs.isEmpty() || jobs.stream().anyMatch(job -> target.hasJob(job.name(), job.release())))
                && (instanceGroups.isEmpty() || target.isNamed(instanceGroups))
                && (operatingSystems.isEmpty() || operatingSystems.contains(target.os()))
                && (networks.isEmpty() || target.isOnAny(networks))
                && (azs.isEmpty() || target.isInAny(azs))
                && (lifecycle.isEmpty() || lifecycle.equals(target.lifecycle()));
    }
}
