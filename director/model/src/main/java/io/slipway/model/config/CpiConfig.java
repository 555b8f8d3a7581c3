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

/** CPI configs: which CPIs there are besides the built-in one. */
public record CpiConfig(List<CpiDefinition> cpis) {
    public static final CpiConfig EMPTY = new CpiConfig(List.of());

    public CpiConfig {
        cpis = List.copyOf(cpis);
    }

    /** Throws {@link io.slipway.model.InvalidInput} with everything that is wrong with it. */
    public static CpiConfig parse(Map<String, Object> tree) {
        return merge(List.of(tree));
    }

    /** Several configs as one, their lists joined. */
    public static CpiConfig merge(List<Map<String, Object>> trees) {
        var problems = new Problems();
        var cpis = new ArrayList<CpiDefinition>();
        for (Map<String, Object> tree : trees) {
            for (Fields one : new Fields(tree, "", problems).requiredObjects("cpis")) {
                cpis.add(definition(one));
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
        return new CpiConfig(cpis);
    }

    public Optional<CpiDefinition> find(String name) {
        return cpis.stream().filter(cpi -> cpi.isCalled(name)).findFirst();
    }

    private static CpiDefinition definition(Fields fields) {
        String type = fields.string("type");
        return new CpiDefinition(
                fields.string("name"),
                type,
                fields.string("exec_path", "/var/vcap/jobs/" + type + "_cpi/bin/cpi"),
                new LinkedHashMap<>(fields.map("properties")),
                fields.objects("migrated_from").stream()
                        .map(from -> from.string("name"))
                        .toList());
    }
}
