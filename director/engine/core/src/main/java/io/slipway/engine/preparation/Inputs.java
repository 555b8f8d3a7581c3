package io.slipway.engine.preparation;

import io.slipway.engine.cpi.AzCpis;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.link.SharedLink;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.plan.DeploymentSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a plan is made from besides the instances, read once.
 *
 * @param cloudTrees the cloud configs as they were uploaded
 * @param pinned which versions of everything it is
 * @param links of other deployments, by deployment, where the run has read them before; one that is not in it is not there
 * @param warnings what operators should know of the manifest
 */
public record Inputs(
        DeploymentSpec spec,
        CloudConfig cloud,
        List<Map<String, Object>> cloudTrees,
        DnsFeatures features,
        AzCpis cpis,
        PinnedInputs pinned,
        Optional<Map<String, List<SharedLink>>> links,
        Manifest.Warnings warnings) {
    /** Without values. */
    @Override
    public String toString() {
        return "Inputs[" + spec.name() + ", " + pinned + "]";
    }
}
