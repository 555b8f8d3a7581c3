package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.yaml.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the compilation section of a cloud config. */
final class CompilationReader {
    private static final Set<String> KEYS = Set.of(
            "workers",
            "network",
            "az",
            "vm_type",
            "vm_resources",
            "vm_extensions",
            "cloud_properties",
            "reuse_compilation_vms",
            "orphan_workers",
            "env");
    private static final Set<String> RESOURCES = Set.of("cpu", "ram", "ephemeral_disk_size");

    private CompilationReader() {}

    /** @param warnings where is told what has no effect */
    static CompilationConfig read(Fields fields, List<String> warnings) {
        fields.warnUnknown(KEYS, warnings);
        var config = new CompilationConfig(
                fields.integer("workers", 1),
                fields.optionalString("az").filter(az -> !az.isEmpty()),
                fields.optionalString("vm_type"),
                resources(fields, warnings),
                fields.strings("vm_extensions"),
                fields.string("network"),
                fields.bool("reuse_compilation_vms", false),
                fields.bool("orphan_workers", false),
                fields.map("cloud_properties"),
                fields.map("env"));
        requireOneKind(fields);
        if (config.reuseVms()) {
            warnings.add("'compilation.reuse_compilation_vms' is ignored: each package is compiled on a VM of its own");
        }
        if (config.orphansWorkers()) {
            warnings.add("'compilation.orphan_workers' is ignored: compilation VMs are deleted, and not orphaned");
        }
        return config;
    }

    private static Optional<Map<String, Object>> resources(Fields fields, List<String> warnings) {
        var given = fields.optionalMap("vm_resources").filter(map -> !map.isEmpty());
        if (given.isPresent()) {
            var resources = fields.object("vm_resources");
            resources.warnUnknown(RESOURCES, warnings);
            RESOURCES.stream().sorted().forEach(key -> resources.integer(key, 1));
        }
        return given;
    }

    private static void requireOneKind(Fields fields) {
        boolean hasType = !fields.optionalString("vm_type").orElse("").isEmpty();
        boolean hasResources = isGiven(fields, "vm_resources");
        int kinds = (hasType ? 1 : 0) + (hasResources ? 1 : 0) + (isGiven(fields, "cloud_properties") ? 1 : 0);
        if (kinds > 1) {
            refuse(
                    fields,
                    "Compilation config specifies more than one of 'vm_type', 'vm_resources', or 'cloud_properties',"
                            + " only one is allowed.");
        }
        if (isGiven(fields, "vm_extensions") && !hasType && !hasResources) {
            refuse(
                    fields,
                    "Compilation config is using vm extension '" + Fields.shown(fields.value("vm_extensions"))
                            + "' and must configure a vm type or vm_resources block.");
        }
    }

    /** Something that is a reference counts: nobody refers to nothing. */
    private static boolean isGiven(Fields fields, String key) {
        Object value = fields.value(key);
        return value instanceof Map<?, ?> map
                ? !map.isEmpty()
                : value instanceof List<?> list ? !list.isEmpty() : value != null;
    }

    private static void refuse(Fields fields, String message) {
        fields.problems().add(ErrorCodes.COMPILATION_BAD_VM, fields.path(), message);
    }

    /** Checks it against the rest of the cloud config. */
    static void check(CompilationConfig section, CloudConfig cloud, Problems problems) {
        var network = cloud.network(section.network());
        if (network.isEmpty()) {
            problems.add(
                    ErrorCodes.COMPILATION_UNKNOWN_NETWORK,
                    "compilation.network",
                    "compilation refers to unknown network '" + section.network() + "'");
        }
        section.vmType()
                .filter(name -> cloud.vmType(name).isEmpty())
                .ifPresent(name -> problems.add(
                        ErrorCodes.COMPILATION_UNKNOWN_VM_TYPE,
                        "compilation.vm_type",
                        "compilation refers to unknown vm_type '" + name + "'"));
        for (String name : section.vmExtensions()) {
            if (cloud.vmExtension(name).isEmpty()) {
                problems.add(
                        ErrorCodes.COMPILATION_UNKNOWN_VM_EXTENSION,
                        "compilation.vm_extensions",
                        "Compilation config references unknown vm extension '" + Fields.shown(name)
                                + "'. Known vm extensions are: "
                                + String.join(", ", names(cloud.vmExtensions())));
            }
        }
        String az = section.az().orElse("");
        if (!az.isEmpty() && cloud.az(az).isEmpty()) {
            problems.add(
                    ErrorCodes.COMPILATION_UNKNOWN_AZ,
                    "compilation.az",
                    "compilation refers to unknown AZ '" + az + "'");
        } else if (network.isPresent() && !az.isEmpty() && !network.get().serves(az)) {
            problems.add(
                    ErrorCodes.GROUP_NETWORK_LACKS_AZ,
                    "compilation.az",
                    "Compilation config refers to az '" + az + "' but network '" + section.network()
                            + "' has no matching subnet(s).");
        }
    }

    private static List<String> names(List<VmType> types) {
        return types.stream().map(VmType::name).toList();
    }
}
