package io.slipway.http.config;

import io.slipway.engine.config.ConfigStore;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.CpiConfig;
import io.slipway.model.resurrection.ResurrectionRules;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;

/** Whether a config can be used, as far as it can be told without the others of its type. */
final class ConfigChecks {
    private static final String CPI = "cpi";

    private final ConfigStore configs;

    ConfigChecks(ConfigStore configs) {
        this.configs = configs;
    }

    /**
     * Looks at a config by itself.
     *
     * @return what is in it and has no effect
     * @throws io.slipway.model.InvalidInput naming what is wrong
     */
    static List<String> check(String type, String content) {
        var tree = ConfigBody.tree(content);
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
    void checkBesideOthers(String type, String name, String content) {
        if (!type.equals(CPI)) {
            return;
        }
        var all = new ArrayList<>(configs.current(type).stream()
                .filter(row -> !row.name().equals(name))
                .map(row -> Yaml.parseMap(row.content(), "cpi config"))
                .toList());
        all.add(ConfigBody.tree(content));
        CpiConfig.merge(all);
    }
}
