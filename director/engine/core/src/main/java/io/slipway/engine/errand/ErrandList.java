package io.slipway.engine.errand;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.config.ConfigReader;
import io.slipway.engine.plan.ManifestForm;
import io.slipway.engine.plan.PinnedCatalog;
import io.slipway.model.plan.Catalog;
import io.slipway.model.yaml.RubyText;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The errands of deployments: instance groups that run once, and jobs that have something to run once, those of addons
 * among them. Calls block.
 */
public final class ErrandList {
    private static final String RUN = "bin/run";

    private final ConfigReader configs;
    private final Catalog catalog;

    public ErrandList(ConfigReader configs, Catalog catalog) {
        this.configs = configs;
        this.catalog = catalog;
    }

    /** Names of the errands of what is deployed. */
    public Set<String> of(DeploymentRow deployment) {
        var deployed = new PinnedCatalog(catalog, deployment.inputs());
        var manifest = ManifestForm.withAddons(
                Yaml.parseMap(deployment.manifestYaml(), "manifest"),
                configs.of(deployment.configs()).runtime(),
                deployed);
        var groups = ManifestForm.maps(manifest.get("instance_groups"));
        var releases = ManifestForm.maps(manifest.get("releases"));
        var names = new LinkedHashSet<String>();
        for (var group : groups) {
            if ("errand".equals(group.get("lifecycle"))) {
                names.add(String.valueOf(group.get("name")));
            }
        }
        for (var group : groups) {
            for (var job : ManifestForm.maps(group.get("jobs"))) {
                if (isErrand(job, releases, deployed)) {
                    names.add(String.valueOf(job.get("name")));
                }
            }
        }
        return names;
    }

    private static boolean isErrand(Map<String, Object> job, List<Map<String, Object>> releases, Catalog deployed) {
        String release = String.valueOf(job.get("release"));
        return releases.stream()
                .filter(known -> release.equals(known.get("name")))
                .findFirst()
                .flatMap(known -> deployed.release(release, RubyText.of(known.get("version"))))
                .map(found -> found.jobs().get(String.valueOf(job.get("name"))))
                .filter(found -> found.spec().templates().containsValue(RUN))
                .isPresent();
    }
}
