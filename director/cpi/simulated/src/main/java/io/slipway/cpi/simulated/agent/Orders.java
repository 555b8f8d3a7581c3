package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.Outbox;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandProgress;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.GetState;
import io.slipway.protocol.agent.v1.StateResult;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Carries commands out on the model of the VM; what comes of it is what the node agent would answer. */
final class Orders {
    private final VmModel model;
    private final JobOrders jobs;
    private final DiskOrders disks;
    private final TransferOrders transfers;
    private final SshOrders ssh;
    private final Outbox outbox;

    /** @param outbox for what is told of a command while it goes on */
    Orders(VmModel model, Supplier<Blobs> blobs, Faults faults, Outbox outbox) {
        this.model = model;
        this.jobs = new JobOrders(model, blobs, faults);
        this.disks = new DiskOrders(model);
        this.transfers = new TransferOrders(model, blobs, faults);
        this.ssh = new SshOrders(model);
        this.outbox = outbox;
    }

    Success carryOut(Command command) throws CommandFailure, IOException, InterruptedException {
        Consumer<String> progress = message -> outbox.send(progress(command.getId(), message));
        var success = Success.newBuilder();
        switch (command.getBodyCase()) {
            case COMPILE_PACKAGE -> success.setCompile(transfers.compile(command.getCompilePackage(), progress));
            case RUN_ERRAND ->
                success.setErrand(jobs.runErrand(command.getRunErrand().getJob()));
            case FETCH_LOGS -> success.setLogs(transfers.bundleLogs(command.getFetchLogs()));
            case GET_STATE -> success.setState(state(command.getGetState()));
            case DRAIN -> success.setDrain(jobs.drain());
            case SSH -> success.setSsh(ssh.carryOut(command.getSsh()));
            default -> {
                change(command);
                success.setEmpty(Empty.getDefaultInstance());
            }
        }
        return success.build();
    }

    private void change(Command command) throws CommandFailure, IOException, InterruptedException {
        switch (command.getBodyCase()) {
            case PREPARE -> jobs.prepare(command.getPrepare().getSpec());
            case APPLY -> jobs.apply(command.getApply().getSpec());
            case RUN_SCRIPT -> jobs.runScript(command.getRunScript().getName());
            case START_JOBS -> model.startJobs();
            case STOP_JOBS -> model.stopJobs();
            case MOUNT_DISK -> disks.mount(command.getMountDisk());
            case UNMOUNT_DISK -> disks.unmount(command.getUnmountDisk().getDiskCid());
            case ADD_DISK -> disks.add(command.getAddDisk());
            case REMOVE_DISK -> disks.remove(command.getRemoveDisk().getDiskCid());
            case MIGRATE_DISK -> disks.migrate(command.getMigrateDisk());
            case SYNC_DNS -> transfers.syncDns(command.getSyncDns());
            default ->
                throw new CommandFailure(
                        Failure.Code.UNSUPPORTED, "this agent does not know such a command: upgrade the stemcell");
        }
    }

    private StateResult state(GetState order) {
        var report = model.report();
        var state = StateResult.newBuilder()
                .setJobState(report.state())
                .addAllProcesses(report.processes())
                .addAllMountedDiskCids(disks.mounted());
        model.spec().ifPresent(state::setAppliedSpec);
        if (order.getFull()) {
            state.setVitals(model.vitals());
        }
        return state.build();
    }

    static ApplySpec specOf(VmModel model) {
        return model.spec().orElse(ApplySpec.getDefaultInstance());
    }

    private static FromAgent progress(String commandId, String message) {
        return FromAgent.newBuilder()
                .setProgress(
                        CommandProgress.newBuilder().setCommandId(commandId).setMessage(message))
                .build();
    }
}
