package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.name.DnsLabel;
import io.slipway.model.name.Name;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A BOSH manifest v2.
 *
 * @param warnings what nothing reads, or is read and better written otherwise
 */
public record Manifest(
        String name,
        List<ReleaseRef> releases,
        List<StemcellRef> stemcells,
        UpdateConfig update,
        List<InstanceGroup> instanceGroups,
        List<VariableDefinition> variables,
        Features features,
        Map<String, String> tags,
        Warnings warnings) {
    private static final Set<String> KEYS = Set.of(
            "name",
            "releases",
            "stemcells",
            "update",
            "instance_groups",
            "variables",
            "features",
            "tags",
            "addons",
            "director_uuid",
            "properties");
    private static final Set<String> RELEASE_KEYS =
            Set.of("name", "version", "url", "sha1", "stemcell", "exported_from");
    private static final Set<String> EXPORTED_KEYS = Set.of("os", "version");
    private static final Set<String> STEMCELL_KEYS = Set.of("alias", "name", "os", "version");
    private static final List<String> CLOUD_KEYS = List.of("vm_types", "azs", "disk_types", "compilation");

    /**
     * What an operator should know though it stops nothing.
     *
     * @param unknown each names a key that is ignored
     * @param deprecations each names a key that is read, and what to use in its place
     */
    public record Warnings(List<String> unknown, List<String> deprecations) {}

    /** Throws {@link io.slipway.model.InvalidInput} with everything that is wrong with its shape. */
    public static Manifest parse(Map<String, Object> tree) {
        var problems = new Problems();
        var unknown = new ArrayList<String>();
        var fields = new Fields(tree, "", problems);
        refuseFormerKeys(fields);
        fields.warnUnknown(KEYS, unknown);
        fields.object("update").warnUnknown(UpdateConfig.KEYS, unknown);
        var update = UpdateConfig.parse(fields.object("update"), UpdateConfig.DEFAULT);
        var groups = new GroupReader(update, fields.map("properties"), unknown);
        var manifest = new Manifest(
                Name.DEPLOYMENT.read(fields, "name"),
                fields.requiredObjects("releases").stream()
                        .map(one -> release(one, unknown))
                        .toList(),
                fields.requiredObjects("stemcells").stream()
                        .map(one -> stemcell(one, unknown))
                        .toList(),
                update,
                fields.requiredObjects("instance_groups").stream()
                        .map(groups::read)
                        .toList(),
                VariableReader.read(fields, unknown),
                Features.parse(fields.object("features"), unknown),
                Tags.read(fields.object("tags")),
                new Warnings(unknown, deprecations(fields)));
        manifest.check(problems);
        problems.throwIfAny();
        return manifest;
    }

    private static void refuseFormerKeys(Fields fields) {
        for (String key : CLOUD_KEYS) {
            if (fields.has(key)) {
                fields.problem(
                        ErrorCodes.INVALID_PROPERTY,
                        key,
                        "Deployment manifest contains '" + key
                                + "' section, but this can only be set in a cloud-config.");
            }
        }
        former(fields, "networks", ErrorCodes.V1_NETWORKS, "networks of the cloud config");
        former(fields, "disk_pools", ErrorCodes.V1_DISK_POOLS, "disk_types of the cloud config");
        former(fields, "jobs", ErrorCodes.V1_JOBS, "instance_groups");
        former(fields, "resource_pools", ErrorCodes.V1_RESOURCE_POOLS, "vm_types of the cloud config");
        if (fields.has("release")) {
            fields.problem(
                    ErrorCodes.AMBIGUOUS_RELEASE_SPEC, "release", "'release' is not read: use 'releases', a list");
        }
    }

    private static void former(Fields fields, String key, int code, String instead) {
        if (fields.has(key)) {
            fields.problem(code, key, "Deployment '" + key + "' are no longer supported: use " + instead);
        }
    }

    private static List<String> deprecations(Fields fields) {
        return fields.has("properties")
                ? List.of("Global 'properties' are deprecated. Please define 'properties' at the job level.")
                : List.of();
    }

    /** The name, and the variables that are to be generated, of a manifest whose references are not filled in yet. */
    public static Heading heading(Map<String, Object> tree) {
        var problems = new Problems();
        var fields = new Fields(tree, "", problems);
        var heading = new Heading(
                Name.DEPLOYMENT.read(fields, "name"),
                VariableReader.read(fields, new ArrayList<>()),
                Features.parse(fields.object("features"), new ArrayList<>()));
        problems.throwIfAny();
        return heading;
    }

    /** What is known of a manifest before its references are filled in. */
    public record Heading(String name, List<VariableDefinition> variables, Features features) {
        /** The variables, each with an update mode: its own, or that of the manifest's features. */
        public List<VariableDefinition> definitions() {
            String mode = features.convergeVariables() ? "converge" : "no-overwrite";
            return variables.stream()
                    .map(one -> one.updateMode().isPresent() ? one : one.withUpdateMode(mode))
                    .toList();
        }
    }

    private void check(Problems problems) {
        if (stemcells.isEmpty()) {
            problems.add(ErrorCodes.INVALID_RESOURCES, "stemcells", "'stemcells' needs to be specified");
        }
        checkMigrations(problems);
        long instances =
                instanceGroups.stream().mapToLong(InstanceGroup::instances).sum();
        if (instances > GroupReader.MOST_INSTANCES) {
            problems.add(
                    ErrorCodes.VIOLATED_MAX,
                    "instance_groups",
                    "the instance groups have " + instances + " instances together: expected at most "
                            + GroupReader.MOST_INSTANCES);
        }
        var names = new HashSet<String>();
        var labels = new HashSet<String>();
        for (InstanceGroup group : instanceGroups) {
            if (!names.add(group.name())) {
                problems.add(
                        ErrorCodes.DUPLICATE_GROUP,
                        "instance_groups",
                        "Duplicate instance group name '" + group.name() + "'");
            } else if (!labels.add(DnsLabel.canonical(group.name()))) {
                problems.add(
                        ErrorCodes.DUPLICATE_GROUP,
                        "instance_groups." + group.name(),
                        "Invalid instance group name '" + group.name() + "', canonical name already taken");
            }
        }
        var releaseNames = new HashSet<String>();
        for (ReleaseRef release : releases) {
            if (!releaseNames.add(release.name())) {
                problems.add(
                        ErrorCodes.DUPLICATE_RELEASE, "releases", "Duplicate release name '" + release.name() + "'");
            }
        }
        var aliases = new HashSet<String>();
        for (StemcellRef stemcell : stemcells) {
            if (!aliases.add(stemcell.alias())) {
                problems.add(
                        ErrorCodes.STEMCELL_ALIAS_TAKEN,
                        "stemcells",
                        "Duplicate stemcell alias '" + stemcell.alias() + "'");
            }
        }
    }

    /** A group that is moved from is gone, and goes to one place. */
    private void checkMigrations(Problems problems) {
        var taken = new HashMap<String, String>();
        for (InstanceGroup group : instanceGroups) {
            for (MigratedFrom from : group.migratedFrom()) {
                String field = "instance_groups." + group.name() + ".migrated_from";
                String failed = "Failed to migrate instance group '" + from.name() + "' to '" + group.name() + "'. ";
                boolean isThere =
                        instanceGroups.stream().anyMatch(one -> one.name().equals(from.name()));
                if (isThere && !from.name().equals(group.name())) {
                    problems.add(
                            ErrorCodes.INVALID_MIGRATED_FROM,
                            field,
                            failed + "A deployment can not migrate an instance group and also specify it. Please remove"
                                    + " instance group '" + from.name() + "'.");
                }
                String other = taken.putIfAbsent(from.name(), group.name());
                if (other != null && !other.equals(group.name())) {
                    problems.add(
                            ErrorCodes.INVALID_MIGRATED_FROM,
                            field,
                            failed + "An instance group may be migrated to only one instance group.");
                }
            }
        }
    }

    private static ReleaseRef release(Fields fields, List<String> unknown) {
        fields.warnUnknown(RELEASE_KEYS, unknown);
        return new ReleaseRef(
                Name.IDENTIFIER.read(fields, "name"),
                fields.string("version"),
                fields.objects("exported_from").stream()
                        .map(one -> exportedFrom(one, unknown))
                        .toList());
    }

    private static String exportedFrom(Fields fields, List<String> unknown) {
        fields.warnUnknown(EXPORTED_KEYS, unknown);
        return fields.string("os") + "/" + fields.string("version");
    }

    private static StemcellRef stemcell(Fields fields, List<String> unknown) {
        fields.warnUnknown(STEMCELL_KEYS, unknown);
        var stemcell = new StemcellRef(
                Name.TEXT.read(fields, "alias"),
                fields.optionalString("name"),
                fields.optionalString("os"),
                fields.string("version"));
        if (stemcell.name().isEmpty() == stemcell.os().isEmpty()) {
            fields.problem(
                    ErrorCodes.MISSING_FIELD,
                    "os",
                    "stemcell '" + stemcell.alias() + "' must have exactly one of 'name' and 'os'");
        }
        return stemcell;
    }

    /** The reference by which groups name a stemcell. */
    public Optional<StemcellRef> stemcell(String alias) {
        return stemcells.stream()
                .filter(stemcell -> stemcell.alias().equals(alias))
                .findFirst();
    }
}
