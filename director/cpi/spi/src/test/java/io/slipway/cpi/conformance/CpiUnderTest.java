package io.slipway.cpi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A CPI with requests that it can fulfil. Closing it purges what it made. */
public final class CpiUnderTest implements AutoCloseable {
    private static final DataSize DISK_SIZE = DataSize.ofMebibytes(8);

    private final String directorUuid = UUID.randomUUID().toString();
    private final CpiFactory factory;
    private final Path dataDirectory;
    private final Settings settings;
    private Cpi cpi;
    private @Nullable String stemcell;
    private int addresses;

    /**
     * What the kit has to know of a CPI.
     *
     * @param properties for the factory
     * @param stemcellImage an image that the CPI can import; small
     * @param vmProperties cloud properties of a small VM
     * @param networks the n-th network of the tests, from 0, each with an address of its own
     * @param diskSizes the size of a disk as the infrastructure has it; empty where that cannot be told
     * @param isHost whether the VMs go down and up with the machine on which the CPI runs
     */
    public record Settings(
            Map<String, Object> properties,
            Path stemcellImage,
            Map<String, Object> vmProperties,
            IntFunction<VmNetwork> networks,
            Function<String, Optional<DataSize>> diskSizes,
            boolean isHost) {}

    public CpiUnderTest(CpiFactory factory, Path dataDirectory, Settings settings) {
        this.factory = factory;
        this.dataDirectory = dataDirectory;
        this.settings = settings;
        this.cpi = factory.create(directorUuid, dataDirectory, settings.properties());
    }

    Cpi cpi() {
        return cpi;
    }

    CpiFactory factory() {
        return factory;
    }

    Settings settings() {
        return settings;
    }

    /** As a director does that was started anew: another instance on the same directory. */
    void reopen() {
        cpi.close();
        cpi = factory.create(directorUuid, dataDirectory, settings.properties());
    }

    /** The cid of the one stemcell of this test. */
    String stemcell() {
        var known = stemcell;
        if (known == null) {
            known = cpi.createStemcell(settings.stemcellImage(), Map.of());
            stemcell = known;
        }
        return known;
    }

    static String newAgentId() {
        return "i-" + UUID.randomUUID() + "-1";
    }

    static String newDiskKey() {
        return "disk-key-" + UUID.randomUUID();
    }

    VmRequest request(String agentId) {
        return request(agentId, stemcell(), settings.networks().apply(addresses++));
    }

    VmRequest request(String agentId, String stemcellCid, VmNetwork network) {
        return new VmRequest(
                agentId,
                stemcellCid,
                settings.vmProperties(),
                List.of(network),
                List.of(),
                settingsOf(agentId),
                Map.of("deployment", "conformance", "name", agentId));
    }

    CreatedVm newVm() {
        return cpi.createVm(request(newAgentId()));
    }

    String newDisk() {
        return cpi.createDisk(newDiskKey(), DISK_SIZE, Map.of(), Optional.empty());
    }

    /** The failure that a call ends with; it must be a {@link CpiException} whose message an operator can use. */
    static CpiFailure failureOf(ThrowingCallable call) {
        var thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(CpiException.class);
        var failure = ((CpiException) thrown).failure();
        assertThat(failure.message()).isNotBlank();
        return failure;
    }

    /** Nobody listens there, and nobody trusts these: the kit asks nothing of agents. */
    private static AgentSettings settingsOf(String agentId) {
        return new AgentSettings(agentId, List.of("127.0.0.1:9"), "director", "ca", "certificate", "key", "{}");
    }

    @Override
    public void close() {
        cpi.purge();
        cpi.close();
    }
}
