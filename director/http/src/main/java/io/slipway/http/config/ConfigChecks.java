package io.slipway.http.config;

import io.slipway.engine.config.ConfigStore;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.CpiConfig;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.resurrection.ResurrectionRules;
import io.slipway.model.variable.VariableReferences;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a config can be used, as far as it can be told without the others of its type. */
final class ConfigChecks {
    private final ConfigStore configs;

    ConfigChecks(ConfigStore configs) {
        this.configs = configs;
    }

    /** Throws {@link io.slipway.model.InvalidInput} naming what is wrong. */
    void check(String type, String name, String content) {
        var tree = ConfigBody.tree(content);
        switch (type) {
            case "cloud" -> {
                // What a reference stands for is known at deploys only.
                if (VariableReferences.find(tree).isEmpty()) {
                    CloudConfig.checkPart(tree);
                    ManagedNetwork.parse(List.of(tree));
                }
            }
            case "runtime" -> Addons.applied(Map.of("name", "any"), List.of(tree));
            case "cpi" -> checkCpis(name, tree);
            case "resurrection" -> ResurrectionRules.parse(List.of(tree));
            default -> {}
        }
    }

    /** All of them are one: names are unique over all. */
    private void checkCpis(String name, Map<String, Object> tree) {
        CpiConfig.parse(tree);
        var all = new ArrayList<>(configs.current("cpi").stream()
                .filter(row -> !row.name().equals(name))
                .map(row -> Yaml.parseMap(row.content(), "cpi config"))
                .toList());
        all.add(tree);
        CpiConfig.merge(all);
    }
}
