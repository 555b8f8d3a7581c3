package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One director with one stemcell, one VM and one disk, whose names follow from the director's, so that another process
 * knows them too.
 *
 * @param directory has the stemcell's image and, below {@code cpi}, the CPI's data
 * @param subnet the first three numbers of its addresses, with the dot
 */
record StepScene(Path directory, String directorUuid, String subnet) {
    private static final DataSize DISK_SIZE = DataSize.ofMebibytes(64);

    LocalCpi open(Steps steps) {
        return new LocalCpi(directorUuid, data(), steps);
    }

    Path data() {
        return directory.resolve("cpi");
    }

    MachineTraces traces() {
        return new MachineTraces(directorUuid, data(), subnet + "0/24");
    }

    String agentId() {
        return "i-" + directorUuid + "-1";
    }

    String diskKey() {
        return directorUuid + "/disk";
    }

    String vmCid() {
        return new Names(directorUuid).vmCid(agentId());
    }

    String diskCid() {
        return new Names(directorUuid).diskCid(diskKey());
    }

    /** Of the stemcell that there is. */
    String stemcellCid() {
        return Records.names(data().resolve("stemcells")).stream()
                .filter(name -> !name.startsWith("."))
                .findFirst()
                .orElse("no-such-stemcell");
    }

    String createStemcell(LocalCpi cpi) {
        return cpi.createStemcell(directory.resolve("tiny-stemcell.tgz"), Map.of());
    }

    String createVm(LocalCpi cpi) {
        var network = new VmNetwork(
                "default", "manual", subnet + 10, 24, subnet + 1, List.of(), List.of("dns", "gateway"), Map.of());
        var settings = new AgentSettings(agentId(), List.of("127.0.0.1:1"), "director", "", "", "", "");
        return cpi.createVm(new VmRequest(
                        agentId(), stemcellCid(), Map.of(), List.of(network), List.of(), settings, Map.of()))
                .cid();
    }

    String networkCid() {
        return new Names(directorUuid).bridge(subnet + "0/24");
    }

    void createNetwork(LocalCpi cpi) {
        String cid = cpi.createNetwork(
                Map.of("range", subnet + "0/24", "gateway", subnet + 1, "cloud_properties", Map.of()));

        assertThat(cid).isEqualTo(networkCid());
        assertThat(Path.of("/sys/class/net", cid)).exists();
    }

    void requireNoNetwork() {
        assertThat(Path.of("/sys/class/net", networkCid())).doesNotExist();
        assertThat(Records.names(data().resolve("bridges"))).isEmpty();
    }

    String createDisk(LocalCpi cpi) {
        return cpi.createDisk(diskKey(), DISK_SIZE, Map.of(), Optional.empty());
    }

    String attachDisk(LocalCpi cpi) {
        return cpi.attachDisk(vmCid(), diskCid());
    }

    String snapshotCid() {
        return new Names(directorUuid).snapshotCid("first");
    }

    void takeSnapshot(LocalCpi cpi) {
        assertThat(cpi.snapshotDisk(diskCid(), Map.of(Cpi.SNAPSHOT_KEY, "first")))
                .isEqualTo(snapshotCid());
    }

    void requireOneSnapshot() {
        assertThat(Records.names(data().resolve("snapshots"))).containsExactly(snapshotCid());
        assertThat(data().resolve("snapshots/" + snapshotCid())).hasSize(DISK_SIZE.bytes());
    }

    void requireNoSnapshot() {
        assertThat(Records.names(data().resolve("snapshots"))).isEmpty();
    }

    void requireOneVm(LocalCpi cpi) {
        assertThat(cpi.listVms()).singleElement().satisfies(vm -> {
            assertThat(vm.cid()).isEqualTo(vmCid());
            assertThat(vm.isRunning()).isTrue();
        });
        assertThat(cpi.hasVm(vmCid())).isTrue();
        assertThat(traces().networkProblems(vmCid())).isEmpty();
    }

    void requireNoVm(LocalCpi cpi) {
        assertThat(cpi.listVms()).isEmpty();
        assertThat(cpi.findVm(agentId())).isEmpty();
    }

    void requireOneDisk(LocalCpi cpi) {
        assertThat(cpi.findDisk(diskKey())).contains(diskCid());
        assertThat(data().resolve("disks/" + diskCid() + "/disk.img")).hasSize(DISK_SIZE.bytes());
        assertThat(Records.names(data().resolve("disks"))).containsExactly(diskCid());
    }

    void requireNoDisk(LocalCpi cpi) {
        assertThat(cpi.findDisk(diskKey())).isEmpty();
        assertThat(Records.names(data().resolve("disks"))).isEmpty();
    }

    void requireAttached(LocalCpi cpi) {
        requireOneVm(cpi);
        assertThat(cpi.getDisks(vmCid())).containsExactly(diskCid());
        assertThat(traces().inside(vmCid()).exists("/dev/slipway/" + diskCid())).isTrue();
        assertThat(traces().loopDevices()).hasSize(1);
    }

    void requireDetached(LocalCpi cpi) {
        requireOneVm(cpi);
        assertThat(cpi.getDisks(vmCid())).isEmpty();
        assertThat(traces().inside(vmCid()).exists("/dev/slipway/" + diskCid())).isFalse();
        awaitNoLoopDevice();
    }

    /** The kernel lets a loop device go when the last who looks at it is gone, such as another test that lists them all. */
    private void awaitNoLoopDevice() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!traces().loopDevices().isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(traces().loopDevices()).isEmpty();
    }
}
