package io.slipway.cpi.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.conformance.CpiFixture;
import io.slipway.cpi.conformance.VmInside;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The local CPI on this machine, beside whatever else runs here: subnet, bridge, table and control groups are the test's
 * own.
 */
final class LocalFixture implements CpiFixture {
    /** Out of a range that no cloud config of ours uses; a random subnet, since builds may run beside each other. */
    private final String subnet = "10.253." + ThreadLocalRandom.current().nextInt(256) + ".";

    private final Set<String> agentIds = ConcurrentHashMap.newKeySet();
    private @Nullable MachineTraces traces;

    LocalFixture(Path directory) {
        skipWhereImpossible(directory);
    }

    /** Skips the test where this machine cannot carry the local CPI, saying why. */
    static void skipWhereImpossible(Path directory) {
        try {
            new LocalCpiFactory().create("probe", directory, Map.of()).close();
        } catch (CpiException refused) {
            assumeTrue(false, String.valueOf(refused.getMessage()));
        }
    }

    @Override
    public CpiFactory factory() {
        var real = new LocalCpiFactory();
        return new CpiFactory() {
            @Override
            public String name() {
                return real.name();
            }

            @Override
            public Cpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties) {
                traces = new MachineTraces(directorUuid, dataDirectory, subnet + "0/24");
                return real.create(directorUuid, dataDirectory, properties);
            }
        };
    }

    @Override
    public Path stemcellImage(Path directory) throws IOException {
        return TinyStemcell.in(directory);
    }

    @Override
    public Map<String, Object> vmProperties() {
        return Map.of("cpu", 1, "ram", 64);
    }

    @Override
    public VmNetwork network(int n) {
        return new VmNetwork(
                "default",
                "manual",
                subnet + (10 + n),
                24,
                subnet + 1,
                List.of("192.0.2.53"),
                List.of("dns", "gateway"),
                Map.of());
    }

    @Override
    public AgentSettings settings(String agentId) {
        agentIds.add(agentId);
        return CpiFixture.super.settings(agentId);
    }

    @Override
    public Optional<Map.Entry<String, Object>> wrongVmProperty() {
        return Optional.of(Map.entry("cpu", "many"));
    }

    @Override
    public Optional<DataSize> sizeWithoutRoom() {
        return Optional.of(DataSize.ofMebibytes(1L << 40));
    }

    @Override
    public Optional<VmInside> inside(String vmCid) {
        return Optional.of(made().inside(vmCid));
    }

    @Override
    public Optional<byte[]> insideSnapshot(String snapshotCid, int length) throws IOException {
        return Optional.of(made().ofSnapshot(snapshotCid, length));
    }

    @Override
    public List<String> leftovers() {
        return traces == null ? List.of() : traces.all(agentIds);
    }

    private MachineTraces made() {
        return java.util.Objects.requireNonNull(traces, "no CPI was made yet");
    }
}
