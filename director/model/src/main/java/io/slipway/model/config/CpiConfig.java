package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.name.Name;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * CPI configs: which CPIs there are besides the built-in one.
 *
 * @param warnings what is in them and has no effect
 */
public record CpiConfig(List<CpiDefinition> cpis, List<String> warnings) {
    public static final CpiConfig EMPTY = new CpiConfig(List.of(), List.of());
    private static final Set<String> KEYS = Set.of("cpis");
    private static final Set<String> CPI_KEYS = Set.of("name", "type", "exec_path", "properties", "migrated_from");
    private static final Set<String> MIGRATION_KEYS = Set.of("name");

    public CpiConfig {
        cpis = List.copyOf(cpis);
        warnings = List.copyOf(warnings);
    }

    /** Throws {@link io.slipway.model.InvalidInput} with everything that is wrong with it. */
    public static CpiConfig parse(Map<String, Object> tree) {
        return merge(List.of(tree));
    }

    /** Several configs as one, their lists joined. */
    public static CpiConfig merge(List<Map<String, Object>> trees) {
        var problems = new Problems();
        var cpis = new ArrayList<CpiDefinition>();
        var warnings = new ArrayList<String>();
        for (Map<String, Object> tree : trees) {
            var fields = new Fields(tree, "", problems);
            fields.warnUnknown(KEYS, warnings);
            for (Fields one : fields.requiredObjects("cpis")) {
                cpis.add(definition(one, warnings));
            }
        }
        var seen = new HashSet<String>();
        for (CpiDefinition cpi : cpis) {
            var names = new ArrayList<>(cpi.migratedFrom());
            names.add(cpi.name());
            for (String name : names) {
                if (!name.isEmpty() && !seen.add(name)) {
                    problems.add(ErrorCodes.CPI_DUPLICATE_NAME, "cpis", "Duplicate cpi name '" + name + "'");
                }
            }
        }
        problems.throwIfAny();
        return new CpiConfig(cpis, warnings);
    }

    public Optional<CpiDefinition> find(String name) {
        return cpis.stream().filter(cpi -> cpi.isCalled(name)).findFirst();
    }

    private static CpiDefinition definition(Fields fields, List<String> warnings) {
        fields.warnUnknown(CPI_KEYS, warnings);
        String type = Name.FILE.read(fields, "type");
        return new CpiDefinition(
                Name.CPI.read(fields, "name"),
                type,
                fields.string("exec_path", "/var/vcap/jobs/" + type + "_cpi/bin/cpi"),
                new LinkedHashMap<>(fields.map("properties")),
                fields.objects("migrated_from").stream()
                        .map(from -> formerName(from, warnings))
                        .toList());
    }

    private static String formerName(Fields fields, List<String> warnings) {
        fields.warnUnknown(MIGRATION_KEYS, warnings);
        String name = Name.CPI.read(fields, "name");
        if (!VariableReferences.find(name).isEmpty()) {
            fields.problem(
                    ErrorCodes.INVALID_VALUE,
                    "name",
                    "'" + fields.path("name") + "' is '" + Fields.shown(name) + "': expected a name without variables");
        }
        return name;
    }
}
