package io.slipway.engine.config;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.plan.ManifestForm;
import io.slipway.engine.plan.PinnedCatalog;
import io.slipway.engine.state.DeploymentRows;
import io.slipway.model.diff.DiffLine;
import io.slipway.model.diff.TreeDiff;
import io.slipway.model.plan.Catalog;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares manifests together with the configs that apply to them, {@code latest} versions resolved. Calls block. */
public final class ManifestDiffs {
    private static final Set<String> JOINED = Set.of("releases", "variables", "addons");

    private final DeploymentRows deployments;
    private final ConfigReader configs;
    private final Catalog catalog;

    public ManifestDiffs(DeploymentRows deployments, ConfigReader configs, Catalog catalog) {
        this.deployments = deployments;
        this.configs = configs;
        this.catalog = catalog;
    }

    /**
     * A comparison.
     *
     * @param configs the versions of configs that the new side was made with: to be given to the deploy
     */
    public record ManifestDiff(ConfigIds configs, List<DiffLine> lines) {
        public ManifestDiff {
            lines = List.copyOf(lines);
        }
    }

    /**
     * Compares a manifest with what is deployed, if anything is.
     *
     * @param isRedacted hides values that may be secret
     */
    public ManifestDiff manifest(String deployment, String manifestYaml, boolean isRedacted) {
        var now = configs.current();
        var manifest = new LinkedHashMap<>(Yaml.parseMap(manifestYaml, "manifest"));
        var row = deployments.find(deployment).filter(DeploymentRow::isDeployed);
        row.ifPresent(found -> manifest.put("name", found.name()));
        Map<String, Object> after = merged(manifest, now, catalog);
        Map<String, Object> before =
                row.<Map<String, Object>>map(this::deployed).orElse(Map.of());
        return new ManifestDiff(now.ids(), TreeDiff.of(before, after, isRedacted));
    }

    /** Ids of the current configs. */
    public ConfigIds current() {
        return configs.current().ids();
    }

    private Map<String, Object> deployed(DeploymentRow row) {
        return merged(
                Yaml.parseMap(row.manifestYaml(), "manifest"),
                configs.of(row.configs()),
                new PinnedCatalog(catalog, row.inputs()));
    }

    private static Map<String, Object> merged(Map<String, Object> tree, AppliedConfigs applied, Catalog catalog) {
        var manifest = ManifestForm.resolved(tree, catalog);
        var all = new LinkedHashMap<>(manifest);
        all.putAll(joined(applied.cloud()));
        joined(ManifestForm.relevant(manifest, applied.runtime(), catalog))
                .forEach((key, value) -> all.merge(key, value, (old, fresh) -> both(key, old, fresh)));
        return all;
    }

    /** Several configs of a type as one: their lists follow each other. */
    private static Map<String, Object> joined(List<Map<String, Object>> trees) {
        var all = new LinkedHashMap<String, Object>();
        for (var tree : trees) {
            tree.forEach((key, value) -> all.merge(key, value, (old, fresh) -> {
                if (old instanceof List<?> first && fresh instanceof List<?> second) {
                    var both = new ArrayList<Object>(first);
                    both.addAll(second);
                    return both;
                }
                return fresh;
            }));
        }
        return all;
    }

    private static Object both(String key, Object old, Object fresh) {
        if (JOINED.contains(key) && old instanceof List<?> first && fresh instanceof List<?> second) {
            var both = new LinkedHashSet<Object>(first);
            both.addAll(second);
            return List.copyOf(both);
        }
        if (key.equals("tags") && old instanceof Map<?, ?> first && fresh instanceof Map<?, ?> second) {
            var both = new LinkedHashMap<Object, Object>(second);
            both.putAll(first);
            return both;
        }
        return fresh;
    }
}
