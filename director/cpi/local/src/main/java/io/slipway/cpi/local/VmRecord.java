package io.slipway.cpi.local;

import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmNetwork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code vm.json}: what was asked for, and how far it got. Holds no secret.
 *
 * @param cpu number of CPUs, 0 for no limit
 * @param ramMebibytes 0 for no limit
 * @param allowedAddresses addresses and ranges beside its own that it sends from, and it sends from no others; null where
 * nothing was said of that, as of any VM that an earlier director made
 */
record VmRecord(
        String cid,
        String agentId,
        String stemcellCid,
        int cpu,
        long ramMebibytes,
        List<VmNetwork> networks,
        Map<String, String> metadata,
        Phase phase,
        @Nullable List<String> allowedAddresses) {

    enum Phase {
        /** Begun; what there is of it is thrown away and made anew. */
        CREATING,
        /** Whole, and should run. */
        CREATED,
        /** On its way out. */
        DELETING
    }

    VmRecord in(Phase next) {
        return new VmRecord(cid, agentId, stemcellCid, cpu, ramMebibytes, networks, metadata, next, allowedAddresses);
    }

    VmRecord withMetadata(Map<String, String> next) {
        return new VmRecord(
                cid, agentId, stemcellCid, cpu, ramMebibytes, networks, Map.copyOf(next), phase, allowedAddresses);
    }

    VmDescription describe(boolean isRunning) {
        return new VmDescription(cid, agentId, isRunning, networks, metadata);
    }

    /** The networks that have an interface, in the order of the interfaces. */
    List<VmNetwork> interfaces() {
        return networks.stream()
                .filter(network -> !network.type().equals("vip"))
                .toList();
    }

    /** The network whose gateway is the default route. */
    Optional<VmNetwork> defaultRoute() {
        var withGateway = interfaces().stream()
                .filter(network -> !network.gateway().isEmpty())
                .toList();
        return withGateway.stream()
                .filter(network -> network.defaultFor().contains("gateway"))
                .findFirst()
                .or(() -> withGateway.stream().findFirst());
    }
}
