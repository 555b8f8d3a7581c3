package io.slipway.cpi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** The CPI that a contract's tests call, with requests ready to be made. Director, agents and disks have fresh names. */
public final class CpiUnderTest {
    private static final DataSize SMALL_DISK = DataSize.ofMebibytes(64);

    private final CpiFixture fixture;
    private final Path dataDirectory;
    private final String directorUuid = UUID.randomUUID().toString();
    private final Path image;
    private Cpi cpi;
    private @Nullable String stemcellCid;
    private int addresses;

    CpiUnderTest(CpiFixture fixture, Path directory) throws IOException {
        this.fixture = fixture;
        this.dataDirectory = Files.createDirectories(directory.resolve("cpi"));
        this.image = fixture.stemcellImage(directory);
        this.cpi = open();
    }

    public Cpi cpi() {
        return cpi;
    }

    public CpiFixture fixture() {
        return fixture;
    }

    /** As after a restart of the director: a new instance on what the old one left. */
    public void reopen() {
        cpi.close();
        cpi = open();
    }

    private Cpi open() {
        try {
            Files.createDirectories(dataDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fixture.factory().create(directorUuid, dataDirectory, fixture.properties());
    }

    /** Ends the test of this CPI: all that it made has to go. */
    void end() {
        cpi.purge();
        cpi.close();
        assertThat(fixture.leftovers()).as("left over after the purge").isEmpty();
    }

    public Path stemcellImage() {
        return image;
    }

    /** The cid of a stemcell, imported at the first call. */
    public String stemcell() {
        if (stemcellCid == null) {
            stemcellCid = cpi.createStemcell(image, fixture.stemcellProperties());
        }
        return stemcellCid;
    }

    public String newAgentId() {
        return "i-" + UUID.randomUUID() + "-1";
    }

    public String newDiskKey() {
        return UUID.randomUUID() + "/disk/0";
    }

    /** A request with the next free address. */
    public VmRequest request(String agentId) {
        return request(agentId, stemcell());
    }

    public VmRequest request(String agentId, String ofStemcell) {
        return new VmRequest(
                agentId,
                ofStemcell,
                fixture.vmProperties(),
                List.of(fixture.network(addresses++)),
                List.of(),
                fixture.settings(agentId),
                Map.of("deployment", "conformance", "index", "0"));
    }

    /** Creates a VM and returns its cid. */
    public String newVm() {
        return cpi.createVm(request(newAgentId())).cid();
    }

    /** Whether a VM can be made of this stemcell. */
    public boolean makesVmOf(String stemcell) {
        return cpi.hasVm(cpi.createVm(request(newAgentId(), stemcell)).cid());
    }

    /** Creates a disk of 64 MiB and returns its cid. */
    public String newDisk() {
        return createDisk(newDiskKey());
    }

    public String createDisk(String diskKey) {
        return cpi.createDisk(diskKey, SMALL_DISK, Map.of(), Optional.empty());
    }

    public List<String> listedCids() {
        return cpi.listVms().stream().map(VmDescription::cid).toList();
    }

    /** Makes the same call many times at the same time, and returns all answers. */
    static <T> List<T> together(int times, Callable<T> call) throws Exception {
        var calls = new ArrayList<Callable<T>>();
        for (int i = 0; i < times; i++) {
            calls.add(call);
        }
        return together(calls);
    }

    static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        var answers = new ArrayList<T>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }

    /** The failure that a call has to end with. */
    static CpiFailure failureOf(ThrowingCallable call) {
        var thrown = Assertions.catchThrowable(call);
        assertThat(thrown).isInstanceOf(CpiException.class);
        var failure = ((CpiException) thrown).failure();
        assertThat(failure.message()).isNotBlank();
        return failure;
    }
}
