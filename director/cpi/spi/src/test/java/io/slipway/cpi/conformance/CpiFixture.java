package io.slipway.cpi.conformance;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the kit has to be told of one infrastructure. Each implementation's conformance test gives one. */
public interface CpiFixture {

    CpiFactory factory();

    /** The operator's properties of the CPI. */
    default Map<String, Object> properties() {
        return Map.of();
    }

    /** An image that this CPI can import, as small as may be; made below the directory. */
    Path stemcellImage(Path directory) throws IOException;

    /** As in {@code stemcell.MF}. */
    default Map<String, Object> stemcellProperties() {
        return Map.of();
    }

    /** Cloud properties of a VM type; small. */
    default Map<String, Object> vmProperties() {
        return Map.of();
    }

    /** A manual network with the n-th address, from 0 on, that VMs may have. */
    VmNetwork network(int n);

    /** What a VM's agent gets. The kit never waits for an agent, so nothing need listen there. */
    default AgentSettings settings(String agentId) {
        return new AgentSettings(agentId, List.of("127.0.0.1:1"), "director", "no CA", "no certificate", "no key", "");
    }

    /** One cloud property of a VM type whose value is wrong; empty where the CPI does not look at any. */
    default Optional<Map.Entry<String, Object>> wrongVmProperty() {
        return Optional.empty();
    }

    /** A size for which there is no room; empty where the CPI cannot know. */
    default Optional<DataSize> sizeWithoutRoom() {
        return Optional.empty();
    }

    /** A look into a VM that runs; empty where the infrastructure or its VMs cannot be looked into. */
    default Optional<VmInside> inside(String vmCid) {
        return Optional.empty();
    }

    /** The first bytes of a snapshot; empty where the infrastructure's snapshots cannot be looked into. */
    default Optional<byte[]> insideSnapshot(String snapshotCid, int length) throws IOException {
        return Optional.empty();
    }

    /** Whether a snapshot is made once only for a key. */
    default boolean keepsSnapshotKeys() {
        return true;
    }

    /** Names of what a purge left on the infrastructure, found without the CPI's help; none where all is well. */
    default List<String> leftovers() {
        return List.of();
    }
}
