package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A cloud config: what deployments may use of an infrastructure. */
public record CloudConfig(
        List<Az> azs,
        List<NetworkDefinition> networks,
        List<VmType> vmTypes,
        List<VmType> vmExtensions,
        List<DiskType> diskTypes,
        Optional<CompilationConfig> compilation) {
    private static final Set<String> LISTS = Set.of("azs", "networks", "vm_types", "vm_extensions", "disk_types");

    public static final CloudConfig EMPTY =
            new CloudConfig(List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());

    /** Throws {@link io.slipway.model.InvalidInput} with everything that is wrong with it. */
    public static CloudConfig parse(Map<String, Object> tree) {
        var problems = new Problems();
        var config = read(tree, problems);
        config.check(problems);
        problems.throwIfAny();
        return config;
    }

    /**
     * Checks one of several configs by itself: what it refers to may be in the others.
     *
     * @throws io.slipway.model.InvalidInput with everything that is wrong with it
     */
    public static void checkPart(Map<String, Object> tree) {
        var problems = new Problems();
        read(tree, problems).checkNames(problems);
        problems.throwIfAny();
    }

    private static CloudConfig read(Map<String, Object> tree, Problems problems) {
        var fields = new Fields(tree, "", problems);
        return new CloudConfig(
                fields.objects("azs").stream()
                        .map(one -> new Az(one.string("name"), one.optionalString("cpi"), one.map("cloud_properties")))
                        .toList(),
                fields.objects("networks").stream().map(NetworkReader::read).toList(),
                types(fields, "vm_types"),
                types(fields, "vm_extensions"),
                fields.objects("disk_types").stream()
                        .map(one -> new DiskType(
                                one.string("name"), one.integer("disk_size", 1), one.map("cloud_properties")))
                        .toList(),
                fields.optionalMap("compilation").map(section -> compilation(fields.object("compilation"))));
    }

    /** Several configs as one: their lists joined; only one may say how to compile. */
    public static CloudConfig merge(List<Map<String, Object>> trees) {
        var merged = new LinkedHashMap<String, Object>();
        var problems = new Problems();
        for (Map<String, Object> tree : trees) {
            tree.forEach((key, value) -> merge(merged, key, value, problems));
        }
        problems.throwIfAny();
        return trees.isEmpty() ? EMPTY : parse(merged);
    }

    private static void merge(Map<String, Object> merged, String key, @Nullable Object value, Problems problems) {
        Object before = merged.get(key);
        if (LISTS.contains(key) && before instanceof List<?> list && value instanceof List<?> more) {
            var joined = new ArrayList<Object>(list);
            joined.addAll(more);
            merged.put(key, joined);
        } else if (before != null && key.equals("compilation")) {
            problems.add(
                    ErrorCodes.CLOUD_CONFIG_MERGE, key, "two cloud configs have a 'compilation' section: only one may");
        } else if (value != null) {
            merged.put(key, value);
        }
    }

    public Optional<NetworkDefinition> network(String name) {
        return networks.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    public Optional<Az> az(String name) {
        return azs.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    public Optional<VmType> vmType(String name) {
        return vmTypes.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    public Optional<VmType> vmExtension(String name) {
        return vmExtensions.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    public Optional<DiskType> diskType(String name) {
        return diskTypes.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** The properties of compilation VMs: of their AZ, their type, and their own, the later winning. */
    public Map<String, Object> cloudPropertiesOf(CompilationConfig config) {
        var properties = new LinkedHashMap<String, Object>();
        config.az().flatMap(this::az).ifPresent(az -> properties.putAll(az.cloudProperties()));
        config.vmType().flatMap(this::vmType).ifPresent(type -> properties.putAll(type.cloudProperties()));
        properties.putAll(config.cloudProperties());
        return properties;
    }

    private void checkNames(Problems problems) {
        unique(problems, azs, Az::name, ErrorCodes.DUPLICATE_AZ, "azs");
        unique(problems, networks, NetworkDefinition::name, ErrorCodes.DUPLICATE_NETWORK, "networks");
        unique(problems, vmTypes, VmType::name, ErrorCodes.DUPLICATE_VM_TYPE, "vm_types");
        unique(problems, vmExtensions, VmType::name, ErrorCodes.DUPLICATE_VM_EXTENSION, "vm_extensions");
        unique(problems, diskTypes, DiskType::name, ErrorCodes.DUPLICATE_DISK_TYPE, "disk_types");
    }

    private void check(Problems problems) {
        checkNames(problems);
        for (NetworkDefinition network : networks) {
            for (List<String> azs : network.zones()) {
                for (String az : azs) {
                    if (az(az).isEmpty()) {
                        problems.add(
                                ErrorCodes.NETWORK_UNKNOWN_AZ,
                                "networks." + network.name(),
                                "network '" + network.name() + "' refers to unknown AZ '" + az + "'");
                    }
                }
            }
        }
        compilation.ifPresent(section -> {
            if (network(section.network()).isEmpty()) {
                problems.add(
                        ErrorCodes.COMPILATION_UNKNOWN_NETWORK,
                        "compilation.network",
                        "compilation refers to unknown network '" + section.network() + "'");
            }
            if (section.vmType().isPresent() && vmType(section.vmType().get()).isEmpty()) {
                problems.add(
                        ErrorCodes.COMPILATION_UNKNOWN_VM_TYPE,
                        "compilation.vm_type",
                        "compilation refers to unknown vm_type '"
                                + section.vmType().get() + "'");
            }
            if (section.az().isPresent() && az(section.az().get()).isEmpty()) {
                problems.add(
                        ErrorCodes.COMPILATION_UNKNOWN_AZ,
                        "compilation.az",
                        "compilation refers to unknown AZ '" + section.az().get() + "'");
            }
        });
    }

    private static <T> void unique(Problems problems, List<T> all, Function<T, String> name, int code, String field) {
        var seen = new HashSet<String>();
        for (T one : all) {
            if (!seen.add(name.apply(one))) {
                problems.add(code, field, "Duplicate name '" + name.apply(one) + "' in '" + field + "'");
            }
        }
    }

    private static List<VmType> types(Fields fields, String key) {
        return fields.objects(key).stream()
                .map(one -> new VmType(one.string("name"), one.map("cloud_properties")))
                .toList();
    }

    private static CompilationConfig compilation(Fields fields) {
        return new CompilationConfig(
                fields.integer("workers", 1),
                fields.optionalString("az"),
                fields.optionalString("vm_type"),
                fields.string("network"),
                fields.bool("reuse_compilation_vms", false),
                fields.map("cloud_properties"),
                fields.map("env"));
    }
}
