package io.slipway.engine.config;

import io.slipway.engine.RequestRefused;
import io.slipway.model.InvalidInput;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.CpiConfig;
import io.slipway.model.resurrection.ResurrectionRules;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.config.ConfigStore.ConfigRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a config can be used, as far as it can be told without the others of its type. */
final class ConfigChecks {
    private static final String CPI = "cpi";
    private static final int BAD_CONFIG = 440011;

    private ConfigChecks() {}

    /**
     * Looks at a config by itself.
     *
     * @return what is in it and has no effect
     * @throws io.slipway.model.InvalidInput naming what is wrong
     */
    static List<String> check(String type, String content) {
        var tree = tree(content);
        return switch (type) {
            case "cloud" -> CloudConfig.checkPart(tree);
            case "runtime" -> Addons.check(tree);
            case CPI -> CpiConfig.parse(tree).warnings();
            case "resurrection" -> {
                ResurrectionRules.parse(List.of(tree));
                yield ResurrectionRules.warnings(tree);
            }
            default -> List.of();
        };
    }

    /** Looks at a config beside the others of its type: all CPI configs are one, and names unique over all. */
    static void checkBesideOthers(String type, String name, String content, List<ConfigRow> current) {
        if (!type.equals(CPI)) {
            return;
        }
        var all = new ArrayList<>(current.stream()
                .filter(row -> !row.name().equals(name))
                .map(row -> Yaml.parseMap(row.content(), "cpi config"))
                .toList());
        all.add(tree(content));
        CpiConfig.merge(all);
    }

    private static Map<String, Object> tree(String content) {
        try {
            return Yaml.parseMap(content, "config");
        } catch (InvalidInput invalid) {
            throw RequestRefused.invalid(BAD_CONFIG, "Config must be valid YAML: " + invalid.getMessage());
        }
    }
}
