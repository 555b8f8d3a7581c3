package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.name.Name;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.release.LinkProvider;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads instance groups of a manifest. */
final class GroupReader {
    private static final Set<String> KEYS = Set.of(
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
            "migrated_from",
            "tags");
    private static final Map<String, Integer> FORMER_KEYS = Map.of(
            "template", ErrorCodes.V1_TEMPLATES,
            "templates", ErrorCodes.V1_TEMPLATES,
            "resource_pool", ErrorCodes.V1_RESOURCE_POOL,
            "persistent_disk_pool", ErrorCodes.V1_DISK_POOLS);
    private static final Map<String, String> INSTEAD = Map.of(
            "template", "jobs",
            "templates", "jobs",
            "resource_pool", "vm_type",
            "persistent_disk_pool", "persistent_disk_type");
    private static final Set<String> JOB_KEYS =
            Set.of("name", "release", "properties", "consumes", "provides", "custom_provider_definitions");
    private static final Set<String> NETWORK_KEYS = Set.of("name", "static_ips", "default", "nic_group");
    private static final Set<String> DISK_KEYS = Set.of("name", "type");
    private static final Set<String> MIGRATION_KEYS = Set.of("name", "az");
    private static final Set<String> RESOURCE_KEYS = Set.of("cpu", "ram", "ephemeral_disk_size");
    private static final Set<String> CUSTOM_PROVIDER_KEYS = Set.of("name", "type", "properties");
    static final int MOST_INSTANCES = 100_000;

    private final UpdateConfig update;
    private final Map<String, Object> properties;
    private final List<String> warnings;

    /**
     * @param properties of the whole manifest
     * @param warnings where unknown keys are told
     */
    GroupReader(UpdateConfig update, Map<String, Object> properties, List<String> warnings) {
        this.update = update;
        this.properties = properties;
        this.warnings = warnings;
    }

    InstanceGroup read(Fields fields) {
        refuseFormerKeys(fields);
        fields.warnUnknown(KEYS, warnings);
        fields.object("update").warnUnknown(UpdateConfig.KEYS, warnings);
        fields.object("vm_resources").warnUnknown(RESOURCE_KEYS, warnings);
        int instances = fields.integer("instances", 0);
        if (instances > MOST_INSTANCES) {
            fields.problem(
                    ErrorCodes.VIOLATED_MAX,
                    "instances",
                    "'" + fields.path("instances") + "' value (" + instances + ") should be at most " + MOST_INSTANCES);
        }
        var azs = azs(fields);
        return new InstanceGroup(
                Name.INSTANCE_GROUP.read(fields, "name"),
                Math.min(instances, MOST_INSTANCES),
                azs,
                fields.requiredObjects("jobs").stream().map(this::job).toList(),
                fields.optionalString("vm_type"),
                fields.optionalMap("vm_resources"),
                fields.strings("vm_extensions"),
                fields.string("stemcell"),
                fields.optionalInteger("persistent_disk", 0).filter(size -> size > 0),
                fields.optionalString("persistent_disk_type"),
                fields.requiredObjects("networks").stream().map(this::network).toList(),
                UpdateConfig.parse(fields.object("update"), update),
                fields.map("env"),
                lifecycle(fields),
                Trees.deepMerge(properties, fields.map("properties")),
                fields.objects("persistent_disks").stream().map(this::disk).toList(),
                fields.objects("migrated_from").stream()
                        .map(one -> migratedFrom(fields, one, azs))
                        .toList(),
                Tags.read(fields.object("tags")));
    }

    private NamedDisk disk(Fields fields) {
        fields.warnUnknown(DISK_KEYS, warnings);
        return new NamedDisk(fields.string("name"), fields.string("type"));
    }

    private static void refuseFormerKeys(Fields fields) {
        FORMER_KEYS.forEach((key, code) -> {
            if (fields.has(key)) {
                fields.problem(
                        code,
                        key,
                        "'" + fields.path(key) + "' is no longer supported: use '" + INSTEAD.get(key) + "' instead");
            }
        });
    }

    private static List<String> azs(Fields fields) {
        var azs = fields.strings("azs");
        if (fields.has("azs") && fields.list("azs").isEmpty()) {
            fields.problem(
                    ErrorCodes.GROUP_MISSING_AZS,
                    "azs",
                    "Instance group '" + fields.string("name", "") + "' has empty availability zones");
        }
        return azs.stream().distinct().toList();
    }

    private MigratedFrom migratedFrom(Fields group, Fields fields, List<String> azs) {
        fields.warnUnknown(MIGRATION_KEYS, warnings);
        var from = new MigratedFrom(fields.string("name"), fields.optionalString("az"));
        if (from.az().isPresent() && !azs.contains(from.az().get())) {
            String az = from.az().get();
            String name = group.string("name", "");
            fields.problem(
                    ErrorCodes.INVALID_MIGRATED_FROM,
                    "az",
                    "Instance group '" + from.name() + "' specified for migration to instance group '" + name
                            + "' refers to availability zone '" + az + "'. Az '" + az
                            + "' is not in the list of availability zones of instance group '" + name + "'.");
        }
        return from;
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

    private JobRef job(Fields fields) {
        fields.warnUnknown(JOB_KEYS, warnings);
        checkLinkNames(fields, "provides", "as");
        checkLinkNames(fields, "consumes", "from");
        return new JobRef(
                Name.FILE.read(fields, "name"),
                Name.IDENTIFIER.read(fields, "release"),
                fields.optionalMap("properties"),
                fields.map("consumes"),
                fields.map("provides"),
                customProviders(fields));
    }

    /** By what name a link is given or taken. */
    private static void checkLinkNames(Fields job, String section, String key) {
        job.map(section).forEach((link, given) -> {
            if (given instanceof Map<?, ?> map && map.get(key) instanceof String) {
                Name.TEXT.readOptional(
                        new Fields(Trees.asMap(map), job.path(section) + "." + link, job.problems()), key);
            }
        });
    }

    private List<LinkProvider> customProviders(Fields job) {
        var names = new HashSet<String>();
        var providers = new ArrayList<LinkProvider>();
        for (Fields one : job.objects("custom_provider_definitions")) {
            one.warnUnknown(CUSTOM_PROVIDER_KEYS, warnings);
            var provider = new LinkProvider(one.string("name", ""), one.string("type", ""), one.strings("properties"));
            for (String key : List.of("name", "type")) {
                if (one.string(key, "").isEmpty()) {
                    one.problem(
                            ErrorCodes.INVALID_LINK,
                            key,
                            "'" + one.path(key) + "' of a custom link provider must be a string that is not empty");
                } else {
                    Name.TEXT.readOptional(one, key);
                }
            }
            if (!names.add(provider.name())) {
                one.problem(
                        ErrorCodes.INVALID_LINK,
                        "name",
                        "Custom provider '" + provider.name() + "' in job '" + job.string("name", "")
                                + "' is defined multiple times in manifest.");
            }
            providers.add(provider);
        }
        return List.copyOf(providers);
    }

    private GroupNetwork network(Fields fields) {
        fields.warnUnknown(NETWORK_KEYS, warnings);
        if (fields.has("nic_group")) {
            warnings.add("'" + fields.path("nic_group") + "' is ignored: each network has an interface of its own");
        }
        var addresses = new ArrayList<String>();
        var seen = new HashSet<String>();
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
            range.get().addresses().map(Object::toString).forEach(address -> {
                if (!seen.add(address)) {
                    fields.problem(
                            ErrorCodes.GROUP_INVALID_STATIC_IPS,
                            "static_ips",
                            "'" + fields.path("static_ips") + "' specifies static IP '" + address + "' more than once");
                }
                addresses.add(address);
            });
        }
        return new GroupNetwork(
                fields.string("name"), List.copyOf(addresses), fields.has("static_ips"), fields.strings("default"));
    }
}
