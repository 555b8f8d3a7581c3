package io.slipway.engine.cpi;

import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmResources;
import io.slipway.engine.Cpis;
import io.slipway.engine.TaskLog;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.Problems;
import io.slipway.model.config.Az;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.CompilationConfig;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.yaml.Fields;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which CPI makes the VMs of an AZ, and of what: looked up once for all instances of a deployment. What CPIs made of sizes
 * when a plan was pinned is what they made of them.
 */
public final class AzCpis {
    private static final String BUILT_IN = "";

    private final Cpis cpis;
    private final TaskLog log;
    private final Map<String, String> cpiOf = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> calculated = new ConcurrentHashMap<>();

    private AzCpis(Cpis cpis, TaskLog log) {
        this.cpis = cpis;
        this.log = log;
    }

    /** Throws {@link InvalidInput} where an AZ names a CPI that is not there, or a CPI lacks a stemcell. */
    public static AzCpis of(
            DeploymentSpec spec,
            CloudConfig cloud,
            Cpis cpis,
            Map<String, Map<String, Object>> pinnedProperties,
            TaskLog log) {
        var found = new AzCpis(cpis, log);
        found.calculated.putAll(pinnedProperties);
        var problems = new Problems();
        for (GroupSpec group : spec.groups()) {
            group.azs().forEach(az -> found.add(az, problems));
        }
        found.addCompilation(cloud, problems);
        problems.throwIfAny();
        for (GroupSpec group : spec.groups()) {
            var azs = group.azs().isEmpty()
                    ? List.of("")
                    : group.azs().stream().map(Az::name).toList();
            azs.forEach(az -> {
                found.stemcellCid(group.stemcell(), az);
                found.calculated(group, az);
            });
        }
        return found;
    }

    /** What CPIs made of sizes, by group and CPI. */
    public Map<String, Map<String, Object>> calculated() {
        return Map.copyOf(calculated);
    }

    /** Of the AZ alone in which packages are compiled. */
    public static AzCpis ofCompilation(CloudConfig cloud, Cpis cpis, TaskLog log) {
        var found = new AzCpis(cpis, log);
        var problems = new Problems();
        found.addCompilation(cloud, problems);
        problems.throwIfAny();
        return found;
    }

    private void addCompilation(CloudConfig cloud, Problems problems) {
        cloud.compilation().flatMap(section -> section.az()).flatMap(cloud::az).ifPresent(az -> add(az, problems));
    }

    private void add(Az az, Problems problems) {
        if (az.cpi().isEmpty() || cpiOf.containsKey(az.name())) {
            return;
        }
        String wanted = az.cpi().get();
        Optional<String> present = cpis.present(wanted);
        cpiOf.put(az.name(), present.orElse(BUILT_IN));
        if (present.isEmpty()) {
            problems.add(
                    ErrorCodes.CPI_NOT_FOUND,
                    "azs." + az.name() + ".cpi",
                    "AZ '" + az.name() + "' refers to unknown CPI '" + wanted + "': expected one of " + cpis.names());
        }
    }

    /** Empty for the built-in one. */
    public String cpi(String az) {
        return cpiOf.getOrDefault(az, BUILT_IN);
    }

    /** All that the deployment's VMs are made by. */
    public Set<String> all(DeploymentSpec spec) {
        var all = new LinkedHashSet<String>();
        for (GroupSpec group : spec.groups()) {
            group.azs().forEach(az -> all.add(cpi(az.name())));
            if (group.azs().isEmpty()) {
                all.add(BUILT_IN);
            }
        }
        return all;
    }

    public String stemcellCid(StemcellVersion stemcell, String az) {
        return cpis.cidOf(stemcell, cpi(az))
                .orElseThrow(() -> new InvalidInput(new Problem(
                        ErrorCodes.STEMCELL_NOT_FOUND,
                        "stemcells",
                        "Stemcell '" + stemcell.name() + "/" + stemcell.version() + "' is not there for CPI '"
                                + (cpi(az).isEmpty() ? cpis.names().getFirst() : cpi(az))
                                + "': upload it again with --fix")));
    }

    /** What the AZ's CPI makes of the group's {@code vm_resources}; nothing where it has none. */
    public Map<String, Object> calculated(GroupSpec group, String az) {
        return calculated("instance_groups." + group.name() + ".vm_resources", group.vmResources(), az);
    }

    /** Of what compilation VMs are made. */
    public Map<String, Object> propertiesOf(CompilationConfig config, CloudConfig cloud) {
        var resources = config.vmResources().orElse(Map.of());
        return cloud.cloudPropertiesOf(
                config,
                calculated("compilation.vm_resources", resources, config.az().orElse("")));
    }

    private Map<String, Object> calculated(String field, Map<String, Object> wanted, String az) {
        if (wanted.isEmpty()) {
            return Map.of();
        }
        String cpi = cpi(az);
        return calculated.computeIfAbsent(
                field + "@" + cpi, key -> cpis.of(cpi, log).calculateVmCloudProperties(resources(field, wanted)));
    }

    private static VmResources resources(String field, Map<String, Object> wanted) {
        var problems = new Problems();
        var fields = new Fields(wanted, field, problems);
        var resources = new VmResources(
                fields.integer("cpu", 1),
                DataSize.ofMebibytes(fields.integer("ram", 1)),
                DataSize.ofMebibytes(fields.integer("ephemeral_disk_size", 1)));
        problems.throwIfAny();
        return resources;
    }
}
