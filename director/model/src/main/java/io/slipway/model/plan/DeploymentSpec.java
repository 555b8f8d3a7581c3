package io.slipway.model.plan;

import io.slipway.model.config.CloudConfig;
import io.slipway.model.manifest.Features;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.manifest.UpdateConfig;
import io.slipway.model.variable.VariableDefinition;
import java.util.List;
import java.util.Map;

/** A manifest with everything that it refers to. */
public record DeploymentSpec(
        String name,
        List<GroupSpec> groups,
        List<VariableDefinition> variables,
        Features features,
        Map<String, String> tags,
        UpdateConfig update,
        List<ReleaseVersion> releases) {

    /** Throws {@link io.slipway.model.InvalidInput} with everything that the manifest refers to and that is not there. */
    public static DeploymentSpec resolve(Manifest manifest, CloudConfig cloud, Catalog catalog) {
        return new SpecResolver(manifest, cloud, catalog).resolve();
    }
}
