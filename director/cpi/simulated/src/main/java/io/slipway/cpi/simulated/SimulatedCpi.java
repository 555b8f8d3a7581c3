package io.slipway.cpi.simulated;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.Info;
import io.slipway.cpi.PackageArchive;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import io.slipway.cpi.simulated.agent.AgentHost;
import io.slipway.cpi.simulated.agent.SimulatedAgent;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.cpi.simulated.store.JsonFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An infrastructure in this process. Its VMs are agents that speak the real protocol; they live while it is open, and go
 * on where they were when it is opened again on the same directory. Several directors in one JVM may call one instance:
 * it then outlives each of them, as clouds do.
 */
public final class SimulatedCpi implements Cpi {
    private final Path directory;
    private final DirectoryLock lock;
    private final SimulatedSettings settings;
    private final Faults faults;
    private final FaultGate gate;
    private final AgentHost host;
    private final Disks disks;
    private final Vms vms;
    private final Shelf<Named> stemcells;
    private final Shelf<Named> networks;
    private final Shelf<Named> packages;
    private final Set<String> shared = ConcurrentHashMap.newKeySet();

    /** What is known by its name alone. */
    record Named(String cid) {}

    private SimulatedCpi(Path directory, DirectoryLock lock, SimulatedSettings settings, Faults faults) {
        this.directory = directory;
        this.lock = lock;
        this.settings = settings;
        this.faults = faults;
        gate = new FaultGate(faults, settings.call());
        host = new AgentHost(settings.timings(), faults);
        disks = new Disks(directory, settings.diskCapacity());
        stemcells = new Shelf<>(directory.resolve("stemcells"), Named.class, Named::cid);
        networks = new Shelf<>(directory.resolve("networks"), Named.class, Named::cid);
        packages = new Shelf<>(directory.resolve("packages"), Named.class, Named::cid);
        packages.all().forEach(one -> shared.add(one.cid()));
        vms = new Vms(directory, disks, host, shared::contains);
    }

    /**
     * Opens the infrastructure that lives in a directory, which exists.
     *
     * @param faults to begin with; tests inject more at any time
     * @throws CpiException with {@link CpiFailure.InvalidRequest} where it is open already
     */
    public static SimulatedCpi open(Path directory, SimulatedSettings settings, Faults faults) {
        return new SimulatedCpi(directory, DirectoryLock.take(directory), settings, faults);
    }

    /** Where tests make things go wrong. */
    public Faults faults() {
        return faults;
    }

    /** The agent of a VM, running or not. */
    public Optional<SimulatedAgent> agent(String vmCid) {
        return vms.agent(vmCid);
    }

    /** The VM and its agent are gone at once, without anybody having asked for it; disks stay. */
    public void loseVm(String vmCid) {
        vms.delete(vmCid);
    }

    /** The VM is off from now on, without anybody having asked for it. */
    public void cutPower(String vmCid) {
        vms.powerOff(vmCid);
    }

    /** Cids of all disks that exist, whoever knows of them. */
    public Set<String> diskCids() {
        return disks.cids();
    }

    /** What is on a disk: another text for each file system, kept when the data are moved to another disk. */
    public Optional<String> dataOn(String diskCid) {
        return disks.find(diskCid).map(DiskRecord::content);
    }

    @Override
    public Info info() {
        return new Info("simulated", List.of("simulated", "local-rootfs", "general-tar"), 2);
    }

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        return gate.call(CpiMethod.CREATE_STEMCELL, String.valueOf(image.getFileName()), () -> {
            if (!Files.isReadable(image)) {
                throw new CpiException(new CpiFailure.InvalidRequest("stemcell image " + image + " cannot be read"));
            }
            String cid = "stemcell-" + UUID.randomUUID();
            stemcells.put(cid, new Named(cid));
            return cid;
        });
    }

    @Override
    public void deleteStemcell(String stemcellCid) {
        gate.run(CpiMethod.DELETE_STEMCELL, stemcellCid, () -> {
            if (vms.isAnyOf(stemcellCid)) {
                throw new CpiException(
                        new CpiFailure.CloudError("stemcell '" + stemcellCid + "' is in use by a VM", false));
            }
            stemcells.remove(stemcellCid);
        });
    }

    @Override
    public CreatedVm createVm(VmRequest request) {
        return gate.call(CpiMethod.CREATE_VM, request.agentId(), () -> {
            var vm = vms.create(request, stemcell -> stemcells.find(stemcell).isPresent());
            return new CreatedVm(vm.cid(), vm.networks());
        });
    }

    @Override
    public void deleteVm(String vmCid) {
        gate.run(CpiMethod.DELETE_VM, vmCid, () -> vms.delete(vmCid));
    }

    @Override
    public boolean hasVm(String vmCid) {
        return gate.call(CpiMethod.HAS_VM, vmCid, () -> vms.find(vmCid).isPresent());
    }

    @Override
    public void rebootVm(String vmCid) {
        gate.run(CpiMethod.REBOOT_VM, vmCid, () -> vms.reboot(vmCid));
    }

    @Override
    public void setVmMetadata(String vmCid, Map<String, String> metadata) {
        gate.run(CpiMethod.SET_VM_METADATA, vmCid, () -> vms.metadata(vmCid, metadata));
    }

    @Override
    public Optional<VmDescription> findVm(String agentId) {
        return gate.call(CpiMethod.FIND_VM, agentId, () -> vms.findByAgent(agentId));
    }

    @Override
    public List<VmDescription> listVms() {
        return gate.call(CpiMethod.LIST_VMS, "", vms::all);
    }

    @Override
    public Map<String, Object> calculateVmCloudProperties(VmResources resources) {
        return gate.call(
                CpiMethod.CALCULATE_VM_CLOUD_PROPERTIES,
                "",
                () -> Map.of(
                        "cpu", resources.cpu(),
                        "ram", resources.ram().toMebibytes(),
                        "ephemeral_disk", resources.ephemeralDisk().toMebibytes()));
    }

    @Override
    public String createDisk(
            String diskKey, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVmCid) {
        return gate.call(CpiMethod.CREATE_DISK, diskKey, () -> disks.create(diskKey, size));
    }

    @Override
    public void deleteDisk(String diskCid) {
        gate.run(CpiMethod.DELETE_DISK, diskCid, () -> disks.delete(diskCid));
    }

    @Override
    public boolean hasDisk(String diskCid) {
        return gate.call(CpiMethod.HAS_DISK, diskCid, () -> disks.find(diskCid).isPresent());
    }

    @Override
    public Optional<String> findDisk(String diskKey) {
        return gate.call(CpiMethod.FIND_DISK, diskKey, () -> disks.findByKey(diskKey));
    }

    @Override
    public List<String> getDisks(String vmCid) {
        return gate.call(CpiMethod.GET_DISKS, vmCid, () -> {
            if (vms.find(vmCid).isEmpty()) {
                throw new CpiException(new CpiFailure.VmNotFound(vmCid));
            }
            return disks.attachedTo(vmCid);
        });
    }

    @Override
    public String attachDisk(String vmCid, String diskCid) {
        return gate.call(CpiMethod.ATTACH_DISK, diskCid, () -> vms.attach(vmCid, diskCid));
    }

    @Override
    public void detachDisk(String vmCid, String diskCid) {
        gate.run(CpiMethod.DETACH_DISK, diskCid, () -> disks.detach(vmCid, diskCid));
    }

    @Override
    public void resizeDisk(String diskCid, DataSize size) {
        gate.run(CpiMethod.RESIZE_DISK, diskCid, () -> disks.resize(diskCid, size));
    }

    @Override
    public void setDiskMetadata(String diskCid, Map<String, String> metadata) {
        gate.run(CpiMethod.SET_DISK_METADATA, diskCid, () -> disks.metadata(diskCid, metadata));
    }

    @Override
    public String snapshotDisk(String diskCid, Map<String, String> metadata) {
        return gate.call(CpiMethod.SNAPSHOT_DISK, diskCid, () -> disks.snapshot(diskCid, metadata));
    }

    @Override
    public void deleteSnapshot(String snapshotCid) {
        gate.run(CpiMethod.DELETE_SNAPSHOT, snapshotCid, () -> disks.deleteSnapshot(snapshotCid));
    }

    @Override
    public String createNetwork(Map<String, Object> subnetDefinition) {
        return gate.call(CpiMethod.CREATE_NETWORK, "", () -> {
            String cid = "network-" + UUID.randomUUID();
            networks.put(cid, new Named(cid));
            return cid;
        });
    }

    @Override
    public void deleteNetwork(String networkCid) {
        gate.run(CpiMethod.DELETE_NETWORK, networkCid, () -> networks.remove(networkCid));
    }

    @Override
    public boolean sharePackage(String sha256, PackageArchive archive) {
        return gate.call(CpiMethod.SHARE_PACKAGE, sha256, () -> {
            if (!sha256.matches("[0-9a-f]{64}")) {
                throw new CpiException(new CpiFailure.InvalidRequest("'" + sha256 + "' is not a SHA-256 digest"));
            }
            if (settings.isSharingPackages() && shared.add(sha256)) {
                packages.put(sha256, new Named(sha256));
            }
            return settings.isSharingPackages();
        });
    }

    @Override
    public void powerOnAll() {
        vms.powerOnAll();
    }

    @Override
    public void powerOffAll() {
        vms.powerOffAll();
    }

    @Override
    public void purge() {
        vms.all().forEach(vm -> vms.delete(vm.cid()));
        disks.forgetAll();
        List.of(stemcells, networks, packages).forEach(Shelf::forgetAll);
        shared.clear();
        JsonFiles.delete(directory);
    }

    /** Ends all agents as a power cut of the whole machine does; hanging calls go on. */
    @Override
    public void close() {
        faults.lift();
        host.close();
        lock.release();
    }
}
