package io.slipway.engine.artifact;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What deployments were last deployed with, and what they are just being deployed with; and the stemcells of VMs that a
 * deploy which failed has left on others, or has not come to.
 */
public final class UseByDeployments implements ArtifactUse {
    private final Supplier<List<DeploymentRow>> deployments;
    private final Supplier<List<InstanceRow>> instances;

    public UseByDeployments(Supplier<List<DeploymentRow>> deployments, Supplier<List<InstanceRow>> instances) {
        this.deployments = deployments;
        this.instances = instances;
    }

    @Override
    public List<Use> releases() {
        return deployments.get().stream()
                .flatMap(row -> row.neededReleases().stream()
                        .map(release -> new Use(release.name(), release.version(), row.name())))
                .toList();
    }

    @Override
    public List<Use> stemcells() {
        var uses = new ArrayList<Use>();
        for (DeploymentRow row : deployments.get()) {
            row.neededStemcells().forEach(one -> uses.add(new Use(one.name(), one.version(), row.name())));
        }
        for (InstanceRow row : instances.get()) {
            int slash = row.stemcell().lastIndexOf('/');
            if (!row.vmCid().isEmpty() && slash > 0) {
                uses.add(new Use(
                        row.stemcell().substring(0, slash), row.stemcell().substring(slash + 1), row.deployment()));
            }
        }
        return uses;
    }
}
