package io.slipway.engine.instance;

import io.slipway.engine.BlobLinks;
import io.slipway.protocol.agent.v1.AddDisk;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Drain;
import io.slipway.protocol.agent.v1.MigrateDisk;
import io.slipway.protocol.agent.v1.MountDisk;
import io.slipway.protocol.agent.v1.Prepare;
import io.slipway.protocol.agent.v1.RemoveDisk;
import io.slipway.protocol.agent.v1.RunScript;
import io.slipway.protocol.agent.v1.StartJobs;
import io.slipway.protocol.agent.v1.StopJobs;
import io.slipway.protocol.agent.v1.UnmountDisk;
import java.time.Duration;
import java.util.function.Function;

/** Builds the protocol's commands. Addresses of blobs are signed anew each time, since they expire. */
final class AgentCommands {
    private final BlobLinks blobs;
    private final Duration timeout;

    AgentCommands(BlobLinks blobs, Duration timeout) {
        this.blobs = blobs;
        this.timeout = timeout;
    }

    Command of(InstanceState state, InstanceState.Pending pending, InstanceGoal goal) {
        var spec = goal.spec();
        var command =
                Command.newBuilder().setId(pending.commandId()).setTimeoutSeconds(Math.toIntExact(timeout.toSeconds()));
        switch (pending.act()) {
            case PREPARE -> command.setPrepare(Prepare.newBuilder().setSpec(signed(spec)));
            case APPLY -> command.setApply(Apply.newBuilder().setSpec(signed(spec)));
            case PRE_START -> command.setRunScript(script("pre-start"));
            case START -> command.setStartJobs(StartJobs.getDefaultInstance());
            case POST_START -> command.setRunScript(script("post-start"));
            case POST_DEPLOY -> command.setRunScript(script("post-deploy"));
            case PRE_STOP ->
                command.setRunScript(script("pre-stop")
                        .putEnvironment("BOSH_VM_NEXT_STATE", next(isVmGoing(state, goal)))
                        .putEnvironment("BOSH_INSTANCE_NEXT_STATE", next(isInstanceGoing(goal)))
                        .putEnvironment(
                                "BOSH_DEPLOYMENT_NEXT_STATE", next(isInstanceGoing(goal) && goal.deleteDisks())));
            case DRAIN -> command.setDrain(drain(state, goal));
            case STOP -> command.setStopJobs(StopJobs.getDefaultInstance());
            case POST_STOP -> command.setRunScript(script("post-stop"));
            case MOUNT_DISK ->
                command.setMountDisk(MountDisk.newBuilder()
                        .setDiskCid(pending.subject())
                        .setDeviceHint(of(state, pending.subject(), PersistentDisk::device)));
            case UNMOUNT_DISK -> command.setUnmountDisk(UnmountDisk.newBuilder().setDiskCid(pending.subject()));
            case ADD_DISK ->
                command.setAddDisk(AddDisk.newBuilder()
                        .setDiskCid(pending.subject())
                        .setDeviceHint(of(state, pending.subject(), PersistentDisk::device))
                        .setName(of(state, pending.subject(), PersistentDisk::name)));
            case REMOVE_DISK -> command.setRemoveDisk(RemoveDisk.newBuilder().setDiskCid(pending.subject()));
            case MIGRATE_DISK ->
                command.setMigrateDisk(MigrateDisk.newBuilder()
                        .setFromDiskCid(state.disk(PersistentDisk.Role.ACTIVE)
                                .map(PersistentDisk::cid)
                                .orElse(""))
                        .setToDiskCid(pending.subject()));
        }
        return command.build();
    }

    private ApplySpec signed(InstanceSpec spec) {
        var apply = spec.parsedApplySpec().toBuilder();
        for (var compiled : apply.getPackagesBuilderList()) {
            compiled.setCompiled(signed(compiled.getCompiled()));
        }
        if (apply.hasRenderedTemplates()) {
            apply.setRenderedTemplates(signed(apply.getRenderedTemplates()));
        }
        return apply.build();
    }

    private BlobRef signed(BlobRef blob) {
        return blob.toBuilder().setUrl(blobs.download(blob.getSha256())).build();
    }

    private static boolean isInstanceGoing(InstanceGoal goal) {
        return goal.kind() == InstanceGoal.Kind.DELETED;
    }

    private static boolean isVmGoing(InstanceState state, InstanceGoal goal) {
        return goal.removesVm() || (state.vm() != null && goal.endsVm(state.vm()));
    }

    /** As BOSH tells lifecycle scripts what becomes of a VM, an instance or a deployment. */
    private static String next(boolean isGoing) {
        return isGoing ? "delete" : "keep";
    }

    /** Jobs that are not started again on this VM, or not with this disk, are shut down; others drain for an update. */
    private static Drain.Builder drain(InstanceState state, InstanceGoal goal) {
        boolean isShutdown = goal.kind() == InstanceGoal.Kind.STOPPED || isVmGoing(state, goal);
        var drain = Drain.newBuilder().setKind(isShutdown ? Drain.Kind.SHUTDOWN : Drain.Kind.UPDATE);
        return isInstanceGoing(goal) ? drain : drain.setNext(goal.spec().parsedApplySpec());
    }

    private static RunScript.Builder script(String name) {
        return RunScript.newBuilder().setName(name);
    }

    private static String of(InstanceState state, String diskCid, Function<PersistentDisk, String> property) {
        return state.disks().stream()
                .filter(disk -> disk.cid().equals(diskCid))
                .map(property)
                .findFirst()
                .orElse("");
    }
}
