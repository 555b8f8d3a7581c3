package io.slipway.engine.problem;

import io.slipway.cpi.CpiException;
import io.slipway.engine.Cpis;
import io.slipway.engine.EngineServices;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.MountDisk;
import io.slipway.protocol.agent.v1.UnmountDisk;
import java.time.Duration;
import java.util.List;

/** Does about a problem with a disk what an operator chose. */
final class DiskRepair {
    private static final Duration MOUNT = Duration.ofMinutes(5);
    private static final int REPAIR_FAILED = 450001;

    private final Run run;
    private final Instances instances;
    private final InstanceAgents agents;
    private final EngineServices services;
    private final Cpis cpis;
    private final TaskLog log;

    DiskRepair(Run run, Instances instances, InstanceAgents agents, EngineServices services) {
        this.run = run;
        this.instances = instances;
        this.agents = agents;
        this.services = services;
        this.cpis = services.cpis();
        this.log = run.log();
    }

    /** Attaches and mounts a disk where it should be. */
    void reattach(Resolving one) throws RunFailed {
        var status = instances.inspect(one.instanceId());
        String device = cpis.of(status.cpi(), log).attachDisk(status.vmCid(), one.diskCid());
        var mounted = agents.call(
                one.instanceId(),
                Command.newBuilder()
                        .setMountDisk(
                                MountDisk.newBuilder().setDiskCid(one.diskCid()).setDeviceHint(device)),
                MOUNT,
                log::isCancelled);
        if (!mounted.succeeded()) {
            throw new RunFailed(REPAIR_FAILED, mounted.failure());
        }
    }

    /**
     * A disk that is lost: the VM, if it answers, lets go of what it knows of it. As with BOSH the disk becomes an orphan,
     * so that its snapshots are still known, and go when it is cleaned up.
     */
    void forget(Resolving one, PlannedInstance instance) {
        var status = instances.inspect(one.instanceId());
        if (status.isConnected()) {
            unmount(one);
        }
        letGo(one, instance, status);
    }

    private void unmount(Resolving one) {
        try {
            var unmounted = agents.call(
                    one.instanceId(),
                    Command.newBuilder().setUnmountDisk(UnmountDisk.newBuilder().setDiskCid(one.diskCid())),
                    MOUNT,
                    log::isCancelled);
            if (!unmounted.succeeded()) {
                log.debug("disk " + one.diskCid() + " is not unmounted: " + unmounted.failure());
            }
        } catch (RequestRefused silence) {
            log.debug("disk " + one.diskCid() + " is not unmounted: " + silence.getMessage());
        }
    }

    /** The disk goes anyway, and nothing uses it: what the infrastructure says of the attachment is only told. */
    private void detach(InstanceStatus status, String diskCid) {
        if (status.vmCid().isEmpty()) {
            return;
        }
        try {
            cpis.of(status.cpi(), log).detachDisk(status.vmCid(), diskCid);
        } catch (CpiException refused) {
            log.debug(
                    "disk " + diskCid + " is not detached: " + refused.failure().message());
        }
    }

    /** Lets a disk go that is not in use; it becomes an orphan. */
    void drop(Resolving one, PlannedInstance instance) throws RunFailed {
        if (isMounted(one)) {
            throw new RunFailed(REPAIR_FAILED, "Disk is currently in use");
        }
        letGo(one, instance, instances.inspect(one.instanceId()));
    }

    private void letGo(Resolving one, PlannedInstance instance, InstanceStatus status) {
        detach(status, one.diskCid());
        var spec = instance.spec();
        for (var disk : status.disks()) {
            if (disk.cid().equals(one.diskCid())) {
                services.orphans()
                        .add(new OrphanDisk(
                                disk.cid(),
                                disk.sizeMb(),
                                spec.deployment(),
                                spec.nameOf(one.instanceId()),
                                spec.az(),
                                services.clock().instant(),
                                status.cpi(),
                                disk.cloudProperties()));
            }
        }
        instances.forgetDisk(one.instanceId(), one.diskCid(), run.fence());
    }

    /** Takes a disk that the agent has mounted for the instance's disk, where that has none. */
    void activate(Resolving one) throws RunFailed {
        if (!isMounted(one)) {
            throw new RunFailed(REPAIR_FAILED, "Disk is not mounted");
        }
        if (instances.inspect(one.instanceId()).storeDisk().isPresent()) {
            throw new RunFailed(REPAIR_FAILED, "Instance already has an active disk");
        }
        instances.activateDisk(one.instanceId(), one.diskCid(), run.fence());
    }

    private boolean isMounted(Resolving one) {
        return instances.inspect(one.instanceId()).isConnected()
                && DiskScan.mounted(agents, one.instanceId(), log)
                        .orElse(List.of())
                        .contains(one.diskCid());
    }
}
