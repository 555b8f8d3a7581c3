package io.slipway.engine.naming;

import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NetworkAddress;
import java.util.List;

/** All of an instance's row that names are made from: a row that says the same changes nothing. */
record NameFacts(
        String deployment,
        String group,
        int index,
        String az,
        String agentId,
        List<NetworkAddress> addresses,
        boolean isWell) {
    private static final String RUNNING = "running";

    /** Without a VM there is no name. */
    static NameFacts of(InstanceRow row) {
        return new NameFacts(
                row.deployment(),
                row.group(),
                row.index(),
                row.az(),
                row.agentId(),
                row.vmCid().isEmpty() ? List.of() : row.addresses(),
                row.vmCid().isEmpty() || row.jobState().equals(RUNNING));
    }
}
