package io.slipway.cpi.vsphere;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.Info;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * VMs and disks of one data center of a vCenter. It keeps nothing of its own: all that it needs to know is asked of vCenter,
 * where everything has a name that follows from the director and the request.
 */
final class VsphereCpi implements Cpi {
    static final String NAME = "vsphere";

    private final Parts parts;
    private final Vms vms;
    private final Disks disks;
    private final Attachments attachments;
    private final Operations operations;
    private final CallContext asker;

    private VsphereCpi(
            Parts parts, Vms vms, Disks disks, Attachments attachments, Operations operations, CallContext asker) {
        this.parts = parts;
        this.vms = vms;
        this.disks = disks;
        this.attachments = attachments;
        this.operations = operations;
        this.asker = asker;
    }

    static VsphereCpi of(String directorUuid, VsphereSettings settings) {
        var parts = Parts.of(directorUuid, settings);
        var vms = new Vms(
                parts.vcenter(),
                parts.datacenter(),
                parts.names(),
                new VmCreation(parts),
                parts.fields(),
                parts.rules());
        var diskLocks = new Locks();
        var attachments = new Attachments(parts, vms, diskLocks);
        return new VsphereCpi(
                parts,
                vms,
                new Disks(parts, vms, attachments, diskLocks),
                attachments,
                new Operations(settings.limits().patience(), parts::forget),
                CallContext.SILENT);
    }

    @Override
    public Cpi askedBy(CallContext by) {
        return new VsphereCpi(parts, vms, disks, attachments, operations, by).told();
    }

    private Cpi told() {
        return Cpi.super.askedBy(asker);
    }

    private <T extends @Nullable Object> T run(String what, Locks.Work<T> work) {
        return operations.run(what, asker, work);
    }

    private void does(String what, Act act) {
        operations.run(what, asker, () -> {
            act.carryOut();
            return true;
        });
    }

    private interface Act {
        void carryOut() throws java.rmi.RemoteException;
    }

    @Override
    public Info info() {
        return new Info(NAME, List.of("vsphere-ovf", "vsphere-ova"), 2);
    }

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        return run("importing a stemcell", () -> parts.stemcells().create(image, asker));
    }

    @Override
    public void deleteStemcell(String stemcellCid) {
        does("deleting stemcell '" + stemcellCid + "'", () -> parts.stemcells().delete(stemcellCid));
    }

    @Override
    public CreatedVm createVm(VmRequest request) {
        return run("creating VM '" + parts.names().vm(request.agentId()) + "'", () -> vms.create(request, asker));
    }

    @Override
    public void deleteVm(String vmCid) {
        does("deleting VM '" + vmCid + "'", () -> vms.delete(vmCid, attachments::leave));
    }

    @Override
    public boolean hasVm(String vmCid) {
        return run("looking for VM '" + vmCid + "'", () -> vms.has(vmCid));
    }

    @Override
    public void rebootVm(String vmCid) {
        does("rebooting VM '" + vmCid + "'", () -> vms.reboot(vmCid));
    }

    @Override
    public void setVmMetadata(String vmCid, Map<String, String> metadata) {
        does("describing VM '" + vmCid + "'", () -> vms.metadata(vmCid, metadata));
    }

    @Override
    public Optional<VmDescription> findVm(String agentId) {
        return run("looking for the VM of agent '" + agentId + "'", () -> vms.describe(agentId));
    }

    @Override
    public List<VmDescription> listVms() {
        return run("listing VMs", vms::all);
    }

    @Override
    public Map<String, Object> calculateVmCloudProperties(VmResources resources) {
        return Map.of(
                "cpu",
                resources.cpu(),
                "ram",
                Math.max(4, resources.ram().toMebibytes()),
                "disk",
                Math.max(1, resources.ephemeralDisk().toMebibytes()));
    }

    @Override
    public String createDisk(
            String diskKey, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVmCid) {
        return run(
                "creating disk '" + parts.names().disk(diskKey) + "'",
                () -> disks.create(diskKey, size, cloudProperties, nearVmCid, asker));
    }

    @Override
    public void deleteDisk(String diskCid) {
        does("deleting disk '" + diskCid + "'", () -> disks.delete(diskCid));
    }

    @Override
    public boolean hasDisk(String diskCid) {
        return run("looking for disk '" + diskCid + "'", () -> disks.has(diskCid));
    }

    @Override
    public Optional<String> findDisk(String diskKey) {
        return run("looking for disk '" + parts.names().disk(diskKey) + "'", () -> disks.findByKey(diskKey));
    }

    @Override
    public List<String> getDisks(String vmCid) {
        return run("listing disks of VM '" + vmCid + "'", () -> attachments.of(vmCid));
    }

    @Override
    public String attachDisk(String vmCid, String diskCid) {
        return run(
                "attaching disk '" + diskCid + "' to VM '" + vmCid + "'",
                () -> attachments.attach(vmCid, diskCid, asker));
    }

    @Override
    public void detachDisk(String vmCid, String diskCid) {
        does("detaching disk '" + diskCid + "' from VM '" + vmCid + "'", () -> attachments.detach(vmCid, diskCid));
    }

    @Override
    public void resizeDisk(String diskCid, DataSize size) {
        does("growing disk '" + diskCid + "'", () -> disks.resize(diskCid, size));
    }

    @Override
    public void setDiskMetadata(String diskCid, Map<String, String> metadata) {
        does("describing disk '" + diskCid + "'", () -> disks.describe(diskCid, metadata));
    }

    @Override
    public String snapshotDisk(String diskCid, Map<String, String> metadata) {
        String key = metadata.getOrDefault(SNAPSHOT_KEY, UUID.randomUUID().toString());
        return run("copying disk '" + diskCid + "'", () -> disks.snapshot(diskCid, metadata, key));
    }

    @Override
    public void deleteSnapshot(String snapshotCid) {
        does("deleting snapshot '" + snapshotCid + "'", () -> disks.deleteSnapshot(snapshotCid));
    }

    @Override
    public String createNetwork(Map<String, Object> subnetDefinition) {
        throw new CpiException(new CpiFailure.NotSupported("create_network"));
    }

    @Override
    public void deleteNetwork(String networkCid) {
        throw new CpiException(new CpiFailure.NotSupported("delete_network"));
    }

    @Override
    public void powerOnAll() {
        does("powering VMs on", vms::powerOnAll);
    }

    @Override
    public void powerOffAll() {
        does("powering VMs off", vms::powerOffAll);
    }

    @Override
    public void purge() {
        for (VmDescription vm : listVms()) {
            deleteVm(vm.cid());
        }
        does("deleting all disks", disks::purge);
        does("deleting all stemcells", () -> parts.stemcells().purge());
    }

    /** How many calls may be under way at vCenter now. */
    int limit() {
        return parts.vcenter().limit();
    }

    @Override
    public void close() {
        parts.vcenter().close();
    }
}
