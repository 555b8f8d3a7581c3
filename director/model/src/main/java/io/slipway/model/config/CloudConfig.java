package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.name.DnsLabel;
import io.slipway.model.name.Name;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.variable.OpenPlaces;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cloud config: what deployments may use of an infrastructure.
 *
 * @param warnings what is in it and has no effect
 */
public record CloudConfig(
        List<Az> azs,
        List<NetworkDefinition> networks,
        List<VmType> vmTypes,
        List<VmType> vmExtensions,
        List<DiskType> diskTypes,
        Optional<CompilationConfig> compilation,
        List<String> warnings) {
    private static final Set<String> LISTS = Set.of("azs", "networks", "vm_types", "vm_extensions", "disk_types");
    private static final String COMPILATION = "compilation";
    private static final Set<String> AZ_KEYS = Set.of("name", "cloud_properties", "cpi");
    private static final Set<String> TYPE_KEYS = Set.of("name", "cloud_properties");
    private static final Set<String> DISK_KEYS = Set.of("name", "disk_size", "cloud_properties");

    public static final CloudConfig EMPTY =
            new CloudConfig(List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty(), List.of());

    /** Throws {@link io.slipway.model.InvalidInput} with everything that is wrong with it. */
    public static CloudConfig parse(Map<String, Object> tree) {
        var problems = new Problems();
        var config = read(tree, problems);
        config.check(problems);
        problems.throwIfAny();
        return config;
    }

    /**
     * Checks one of several configs by itself: what it refers to may be in the others, and what hangs on a reference to a
     * variable is not known before a deploy.
     *
     * @return what is in it and has no effect
     * @throws io.slipway.model.InvalidInput with everything that is wrong with it
     */
    public static List<String> checkPart(Map<String, Object> tree) {
        var problems = new Problems(OpenPlaces.of(tree)::isOpen);
        var config = read(tree, problems);
        config.checkNames(problems);
        ManagedNetwork.read(tree, problems);
        problems.throwIfAny();
        return config.warnings();
    }

    private static CloudConfig read(Map<String, Object> tree, Problems problems) {
        var fields = new Fields(tree, "", problems);
        var warnings = new ArrayList<String>();
        var known = new HashSet<>(LISTS);
        known.add(COMPILATION);
        fields.warnUnknown(known, warnings);
        return new CloudConfig(
                fields.objects("azs").stream().map(one -> az(one, warnings)).toList(),
                fields.objects("networks").stream()
                        .map(one -> NetworkReader.read(one, warnings))
                        .toList(),
                types(fields, "vm_types", warnings),
                types(fields, "vm_extensions", warnings),
                fields.objects("disk_types").stream()
                        .map(one -> diskType(one, warnings))
                        .toList(),
                fields.optionalMap(COMPILATION)
                        .map(section -> CompilationReader.read(fields.object(COMPILATION), warnings)),
                warnings);
    }

    private static Az az(Fields fields, List<String> warnings) {
        fields.warnUnknown(AZ_KEYS, warnings);
        return new Az(Name.TEXT.read(fields, "name"), fields.optionalString("cpi"), fields.map("cloud_properties"));
    }

    private static DiskType diskType(Fields fields, List<String> warnings) {
        fields.warnUnknown(DISK_KEYS, warnings);
        String name = Name.TEXT.read(fields, "name");
        if (!fields.has("disk_size")) {
            fields.missing("disk_size");
        }
        int size = fields.optionalInteger("disk_size", Integer.MIN_VALUE).orElse(0);
        if (size < 0) {
            fields.problem(
                    ErrorCodes.DISK_INVALID_SIZE,
                    "disk_size",
                    "Disk types '" + name + "' references an invalid persistent disk size '" + size + "'");
        }
        return new DiskType(name, Math.max(0, size), fields.map("cloud_properties"));
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
        } else if (before != null && key.equals(COMPILATION)) {
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

    /**
     * The properties of compilation VMs: of their AZ, their type, its extensions, what a CPI made of
     * {@code vm_resources}, and their own, the later winning.
     */
    public Map<String, Object> cloudPropertiesOf(CompilationConfig config, Map<String, Object> calculated) {
        var properties = new LinkedHashMap<String, Object>();
        config.az().flatMap(this::az).ifPresent(az -> properties.putAll(az.cloudProperties()));
        config.vmType().flatMap(this::vmType).ifPresent(type -> properties.putAll(type.cloudProperties()));
        config.vmExtensions()
                .forEach(name -> vmExtension(name).ifPresent(one -> properties.putAll(one.cloudProperties())));
        properties.putAll(calculated);
        properties.putAll(config.cloudProperties());
        return properties;
    }

    private void checkNames(Problems problems) {
        unique(problems, azs, Az::name, ErrorCodes.DUPLICATE_AZ, "azs");
        unique(problems, networks, NetworkDefinition::name, ErrorCodes.DUPLICATE_NETWORK, "networks");
        checkLabels(problems);
        unique(problems, vmTypes, VmType::name, ErrorCodes.DUPLICATE_VM_TYPE, "vm_types");
        unique(problems, vmExtensions, VmType::name, ErrorCodes.DUPLICATE_VM_EXTENSION, "vm_extensions");
        unique(problems, diskTypes, DiskType::name, ErrorCodes.DUPLICATE_DISK_TYPE, "disk_types");
    }

    /** Names that differ may still be the same in DNS. */
    private void checkLabels(Problems problems) {
        var seen = new HashMap<String, String>();
        for (NetworkDefinition network : networks) {
            if (!VariableReferences.find(network.name()).isEmpty()) {
                continue;
            }
            String other = seen.putIfAbsent(DnsLabel.canonical(network.name()), network.name());
            if (other != null && !other.equals(network.name())) {
                problems.add(
                        ErrorCodes.DUPLICATE_NETWORK,
                        "networks." + network.name(),
                        "Invalid network name '" + network.name() + "', canonical name already taken by '" + other
                                + "'");
            }
        }
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
        compilation.ifPresent(section -> CompilationReader.check(section, this, problems));
    }

    private static <T> void unique(Problems problems, List<T> all, Function<T, String> name, int code, String field) {
        var seen = new HashSet<String>();
        for (T one : all) {
            if (!seen.add(name.apply(one))) {
                problems.add(code, field, "Duplicate name '" + name.apply(one) + "' in '" + field + "'");
            }
        }
    }

    private static List<VmType> types(Fields fields, String key, List<String> warnings) {
        return fields.objects(key).stream()
                .map(one -> {
                    one.warnUnknown(TYPE_KEYS, warnings);
                    return new VmType(Name.TEXT.read(one, "name"), one.map("cloud_properties"));
                })
                .toList();
    }
}
