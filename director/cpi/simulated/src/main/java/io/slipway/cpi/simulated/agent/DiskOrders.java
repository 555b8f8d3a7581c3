package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.AddDisk;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.MigrateDisk;
import io.slipway.protocol.agent.v1.MountDisk;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Persistent disks in the VM: formatted when blank, and moved by copying what is on them. */
final class DiskOrders {
    private static final String STORE = "/var/vcap/store";

    private final VmModel model;

    DiskOrders(VmModel model) {
        this.model = model;
    }

    void mount(MountDisk order) throws CommandFailure {
        String cid = order.getDiskCid();
        var known = model.state().disks().get(cid);
        String device = order.getDeviceHint().isEmpty() && known != null ? known.device() : order.getDeviceHint();
        if (device.isEmpty()) {
            throw invalid("disk " + cid + " has no device here: attach it and give the device path");
        }
        String target = order.getMountPoint().isEmpty() ? STORE : order.getMountPoint();
        requireFree(target, cid);
        requireDevice(cid, device);
        if (model.hardware().content(cid).isEmpty()) {
            model.hardware().write(cid, "file system " + UUID.randomUUID());
        }
        put(cid, new AgentState.Disk(device, target));
    }

    /** Not mounted is success. */
    void unmount(String cid) {
        var known = model.state().disks().get(cid);
        if (known != null) {
            put(cid, new AgentState.Disk(known.device(), ""));
        }
    }

    void add(AddDisk order) {
        var known = model.state().disks().get(order.getDiskCid());
        put(order.getDiskCid(), new AgentState.Disk(order.getDeviceHint(), known == null ? "" : known.mountPoint()));
    }

    /** Absent is success. */
    void remove(String cid) throws CommandFailure {
        var known = model.state().disks().get(cid);
        if (known != null && !known.mountPoint().isEmpty()) {
            throw invalid("disk " + cid + " is mounted: unmount it first");
        }
        model.change(state -> state.withDisks(disks -> {
            disks.remove(cid);
            return disks;
        }));
    }

    /** Migrated already is success. */
    void migrate(MigrateDisk order) throws CommandFailure {
        var from = required(order.getFromDiskCid());
        var to = required(order.getToDiskCid());
        if (to.mountPoint().equals(STORE)) {
            return;
        }
        requireDevice(order.getFromDiskCid(), from.device());
        requireDevice(order.getToDiskCid(), to.device());
        model.hardware().write(order.getToDiskCid(), model.hardware().content(order.getFromDiskCid()));
        model.change(state -> state.withDisks(disks -> {
            disks.put(order.getFromDiskCid(), new AgentState.Disk(from.device(), ""));
            disks.put(order.getToDiskCid(), new AgentState.Disk(to.device(), STORE));
            return disks;
        }));
    }

    List<String> mounted() {
        return model.state().disks().entrySet().stream()
                .filter(disk -> !disk.getValue().mountPoint().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private AgentState.Disk required(String cid) throws CommandFailure {
        var known = model.state().disks().get(cid);
        if (known == null) {
            throw invalid("disk " + cid + " is not known here: attach and add it first");
        }
        return known;
    }

    private void requireFree(String target, String cid) throws CommandFailure {
        for (var disk : model.state().disks().entrySet()) {
            if (disk.getValue().mountPoint().equals(target) && !disk.getKey().equals(cid)) {
                throw invalid(target + " holds another disk: unmount that before disk " + cid);
            }
        }
    }

    /** A real agent would wait for the device; here it is there as soon as the CPI has answered, or never comes. */
    private void requireDevice(String cid, String device) throws CommandFailure {
        if (model.hardware().device(cid).filter(device::equals).isEmpty()) {
            throw new CommandFailure(
                    Failure.Code.TIMED_OUT,
                    "device " + device + " of disk " + cid + " did not appear: is the disk attached?");
        }
    }

    private void put(String cid, AgentState.Disk disk) {
        model.change(state -> state.withDisks(disks -> {
            disks.put(cid, disk);
            return disks;
        }));
    }

    private static CommandFailure invalid(String message) {
        return new CommandFailure(Failure.Code.INVALID, message);
    }
}
