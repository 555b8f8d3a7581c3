package io.slipway.engine.config;

import io.slipway.engine.ConfigIds;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Trees;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.config.ConfigStore.ConfigRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads configs. Calls block. */
public final class ConfigReader {
    private final ConfigStore store;

    public ConfigReader(ConfigStore store) {
        this.store = store;
    }

    /** Those that a deploy takes now. */
    public AppliedConfigs current() {
        return applied(store.current("cloud"), store.current("runtime"));
    }

    /** These versions, even if they were deleted since. */
    public AppliedConfigs of(ConfigIds ids) {
        return applied(store.versions(ids.cloud()), store.versions(ids.runtime()));
    }

    private static AppliedConfigs applied(List<ConfigRow> cloud, List<ConfigRow> runtime) {
        return new AppliedConfigs(
                new ConfigIds(
                        cloud.stream().map(ConfigRow::id).toList(),
                        runtime.stream().map(ConfigRow::id).toList()),
                trees(cloud),
                trees(runtime));
    }

    private static List<Map<String, Object>> trees(List<ConfigRow> rows) {
        return rows.stream()
                .map(row -> Yaml.parseMap(row.content(), row.type() + " config"))
                .toList();
    }

    /**
     * Names of the variables that cloud configs refer to.
     *
     * @throws InvalidInput where one is not absolute: a cloud config belongs to no deployment
     */
    public static Set<String> references(List<Map<String, Object>> cloudTrees) {
        var references = new LinkedHashSet<String>();
        cloudTrees.forEach(tree -> references.addAll(VariableReferences.find(tree)));
        var relative = references.stream().filter(name -> !name.startsWith("/")).toList();
        if (!relative.isEmpty()) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.CONFIG_NAME_SYNTAX,
                    "cloud config",
                    "Relative paths are not allowed in this context. The following must be be switched to use"
                            + " absolute paths: '" + String.join("', '", relative) + "'"));
        }
        return references;
    }

    /** All cloud configs merged, or one with nothing in it where there is none; with these values of variables. */
    public static CloudConfig cloud(List<Map<String, Object>> trees, Function<String, @Nullable Object> values) {
        return CloudConfig.merge(trees.stream()
                .map(tree -> VariableReferences.find(tree).isEmpty()
                        ? tree
                        : Trees.asMap((Map<?, ?>)
                                Objects.requireNonNull(VariableReferences.interpolate(tree, values::apply))))
                .toList());
    }
}
