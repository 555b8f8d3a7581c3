package io.slipway.engine.deployment;

import io.slipway.engine.ManagedNetworks;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.DeploymentState.Member;
import java.util.List;

/** Deletes a deployment with all its instances. A run that was cut off is simply done again. */
final class DeploymentDeletion {
    private final Rollout rollout;
    private final PlanSources sources;
    private final ManagedNetworks networks;
    private final TaskLog log;

    DeploymentDeletion(Rollout rollout, PlanSources sources, ManagedNetworks networks, TaskLog log) {
        this.rollout = rollout;
        this.sources = sources;
        this.networks = networks;
        this.log = log;
    }

    void run(String deployment, List<Member> members) throws Exception {
        for (String taker : sources.takersOfLinks(deployment)) {
            log.warning("deployment '" + taker + "' takes links from '" + deployment
                    + "': it keeps them until it is deployed again");
        }
        rollout.deleteAll(members);
        networks.retain(deployment, List.of());
        var properties = log.stage("Removing deployment artifacts", 1);
        properties.step("Deleting properties", () -> sources.forgetVariables(deployment));
    }
}
