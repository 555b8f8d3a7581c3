package io.slipway.engine.deployment;

import java.util.List;

/**
 * A plan, ready to be rolled out.
 *
 * @param obsolete members that the manifest has no place for
 */
record PreparedDeployment(
        List<PreparedGroup> groups, List<DeploymentState.Member> obsolete, DeploymentState.Accepted accepted) {

    List<PreparedInstance> instances() {
        return groups.stream().flatMap(group -> group.instances().stream()).toList();
    }
}
