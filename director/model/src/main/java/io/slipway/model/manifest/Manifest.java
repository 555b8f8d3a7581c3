package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.variable.VariableDefinition;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A BOSH manifest v2.
 *
 * @param warnings keys that nothing reads
 */
public record Manifest(
        String name,
        List<ReleaseRef> releases,
        List<StemcellRef> stemcells,
        UpdateConfig update,
        List<InstanceGroup> instanceGroups,
        List<VariableDefinition> variables,
        Map<String, Object> features,
        Map<String, String> tags,
        List<String> warnings) {
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
    private static final Set<String> GROUP_KEYS = Set.of(
            "name",
            "instances",
            "azs",
            "jobs",
            "vm_type",
            "vm_resources",
            "vm_extensions",
            "stemcell",
            "persistent_disk",
            "persistent_disk_type",
            "persistent_disks",
            "networks",
            "update",
            "env",
            "lifecycle",
            "properties",
            "migrated_from");
    private static final int MOST_INSTANCES = 100_000;

    /** Throws {@link io.slipway.model.InvalidInput} with everything that is wrong with its shape. */
    public static Manifest parse(Map<String, Object> tree) {
        var problems = new Problems();
        var warnings = new ArrayList<String>();
        var fields = new Fields(tree, "", problems);
        fields.warnUnknown(KEYS, warnings);
        var update = UpdateConfig.parse(fields.object("update"), UpdateConfig.DEFAULT);
        var manifest = new Manifest(
                fields.string("name"),
                fields.requiredObjects("releases").stream()
                        .map(Manifest::release)
                        .toList(),
                fields.requiredObjects("stemcells").stream()
                        .map(Manifest::stemcell)
                        .toList(),
                update,
                fields.requiredObjects("instance_groups").stream()
                        .map(one -> group(one, update, warnings))
                        .toList(),
                variables(fields),
                fields.map("features"),
                tags(fields),
                List.copyOf(warnings));
        manifest.check(problems);
        problems.throwIfAny();
        return manifest;
    }

    /** The name, and the variables that are to be generated, of a manifest whose references are not filled in yet. */
    public static Heading heading(Map<String, Object> tree) {
        var problems = new Problems();
        var fields = new Fields(tree, "", problems);
        var heading = new Heading(fields.string("name"), variables(fields));
        problems.throwIfAny();
        return heading;
    }

    /** What is known of a manifest before its references are filled in. */
    public record Heading(String name, List<VariableDefinition> variables) {}

    private void check(Problems problems) {
        long instances =
                instanceGroups.stream().mapToLong(InstanceGroup::instances).sum();
        if (instances > MOST_INSTANCES) {
            problems.add(
                    ErrorCodes.VIOLATED_MAX,
                    "instance_groups",
                    "the instance groups have " + instances + " instances together: expected at most "
                            + MOST_INSTANCES);
        }
        var names = new HashSet<String>();
        for (InstanceGroup group : instanceGroups) {
            if (!names.add(group.name())) {
                problems.add(
                        ErrorCodes.DUPLICATE_GROUP,
                        "instance_groups",
                        "Duplicate instance group name '" + group.name() + "'");
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

    private static ReleaseRef release(Fields fields) {
        return new ReleaseRef(
                fields.string("name"),
                fields.string("version"),
                fields.objects("exported_from").stream()
                        .map(one -> one.string("os") + "/" + one.string("version"))
                        .toList());
    }

    private static StemcellRef stemcell(Fields fields) {
        var stemcell = new StemcellRef(
                fields.string("alias"),
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

    private static InstanceGroup group(Fields fields, UpdateConfig update, List<String> warnings) {
        fields.warnUnknown(GROUP_KEYS, warnings);
        int instances = fields.integer("instances", 0);
        if (instances > MOST_INSTANCES) {
            fields.problem(
                    ErrorCodes.VIOLATED_MAX,
                    "instances",
                    "'" + fields.path("instances") + "' value (" + instances + ") should be at most " + MOST_INSTANCES);
        }
        return new InstanceGroup(
                fields.string("name"),
                Math.min(instances, MOST_INSTANCES),
                fields.strings("azs"),
                fields.requiredObjects("jobs").stream().map(Manifest::job).toList(),
                fields.optionalString("vm_type"),
                fields.optionalMap("vm_resources"),
                fields.strings("vm_extensions"),
                fields.string("stemcell"),
                fields.optionalInteger("persistent_disk", 0).filter(size -> size > 0),
                fields.optionalString("persistent_disk_type"),
                fields.requiredObjects("networks").stream()
                        .map(Manifest::network)
                        .toList(),
                UpdateConfig.parse(fields.object("update"), update),
                fields.map("env"),
                lifecycle(fields),
                fields.map("properties"),
                fields.objects("persistent_disks").stream()
                        .map(disk -> new NamedDisk(disk.string("name"), disk.string("type")))
                        .toList());
    }

    private static Lifecycle lifecycle(Fields fields) {
        String text = fields.string("lifecycle", "service");
        if (!text.equals("service") && !text.equals("errand")) {
            fields.problem(
                    ErrorCodes.GROUP_INVALID_LIFECYCLE,
                    "lifecycle",
                    "'" + fields.path("lifecycle") + "' is '" + Fields.shown(text) + "': expected service or errand");
        }
        return text.equals("errand") ? Lifecycle.ERRAND : Lifecycle.SERVICE;
    }

    private static JobRef job(Fields fields) {
        return new JobRef(
                fields.string("name"),
                fields.string("release"),
                fields.map("properties"),
                fields.map("consumes"),
                fields.map("provides"));
    }

    private static GroupNetwork network(Fields fields) {
        var addresses = new ArrayList<String>();
        for (String text : fields.strings("static_ips")) {
            var range = Ipv4Range.tryParse(text);
            if (range.isEmpty() || range.get().size() > MOST_INSTANCES - addresses.size()) {
                fields.problem(
                        ErrorCodes.GROUP_INVALID_STATIC_IPS,
                        "static_ips",
                        "'" + fields.path("static_ips") + "' has '" + Fields.shown(text)
                                + "': expected addresses or ranges such as 10.0.0.5-10.0.0.9");
                continue;
            }
            range.get().addresses().map(Object::toString).forEach(addresses::add);
        }
        return new GroupNetwork(fields.string("name"), List.copyOf(addresses), fields.strings("default"));
    }

    private static List<VariableDefinition> variables(Fields fields) {
        return fields.objects("variables").stream()
                .map(one -> new VariableDefinition(
                        one.string("name"),
                        one.string("type"),
                        one.map("options"),
                        one.string("update_mode", "no-overwrite")))
                .toList();
    }

    private static Map<String, String> tags(Fields fields) {
        var tags = new LinkedHashMap<String, String>();
        var given = fields.object("tags");
        given.raw().keySet().forEach(key -> tags.put(key, given.string(key, "")));
        return tags;
    }

    /** The reference by which groups name a stemcell. */
    public Optional<StemcellRef> stemcell(String alias) {
        return stemcells.stream()
                .filter(stemcell -> stemcell.alias().equals(alias))
                .findFirst();
    }
}
