package io.slipway.model.plan;

import io.slipway.model.config.Az;
import io.slipway.model.manifest.Lifecycle;
import io.slipway.model.manifest.MigratedFrom;
import io.slipway.model.manifest.UpdateConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An instance group with everything it refers to.
 *
 * @param disk that is mounted at the store
 * @param namedDisks that jobs find by links
 * @param vmResources sizes that a CPI makes cloud properties of; empty where a VM type says them
 */
public record GroupSpec(
        String name,
        int instances,
        Lifecycle lifecycle,
        List<Az> azs,
        StemcellVersion stemcell,
        String vmTypeName,
        Map<String, Object> vmCloudProperties,
        List<ResolvedNetwork> networks,
        Optional<DiskSpec> disk,
        List<ResolvedJob> jobs,
        UpdateConfig update,
        Map<String, Object> env,
        Map<String, Object> vmResources,
        List<DiskSpec> namedDisks,
        List<MigratedFrom> migratedFrom,
        Map<String, String> tags) {

    /** The network by which others reach the group's instances; empty without any. */
    public String defaultNetwork() {
        return defaultFor("addressable")
                .or(() -> defaultFor("gateway"))
                .or(() -> networks.stream().findFirst())
                .map(network -> network.network().name())
                .orElse("");
    }

    private Optional<ResolvedNetwork> defaultFor(String what) {
        return networks.stream()
                .filter(network -> network.defaultFor().contains(what))
                .findFirst();
    }
}
