package io.slipway.engine.instance;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.instance.InstanceState.Disk;
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

    Command of(InstanceState state, InstanceState.Pending pending, InstanceSpec spec, boolean isGoing) {
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
                        .putEnvironment("BOSH_VM_NEXT_STATE", isGoing ? "delete" : "keep")
                        .putEnvironment("BOSH_INSTANCE_NEXT_STATE", isGoing ? "delete" : "keep")
                        .putEnvironment("BOSH_DEPLOYMENT_NEXT_STATE", isGoing ? "delete" : "keep"));
            case DRAIN -> command.setDrain(drain(spec, isGoing));
            case STOP -> command.setStopJobs(StopJobs.getDefaultInstance());
            case POST_STOP -> command.setRunScript(script("post-stop"));
            case MOUNT_DISK ->
                command.setMountDisk(MountDisk.newBuilder()
                        .setDiskCid(pending.subject())
                        .setDeviceHint(of(state, pending.subject(), Disk::device)));
            case UNMOUNT_DISK -> command.setUnmountDisk(UnmountDisk.newBuilder().setDiskCid(pending.subject()));
            case ADD_DISK ->
                command.setAddDisk(AddDisk.newBuilder()
                        .setDiskCid(pending.subject())
                        .setDeviceHint(of(state, pending.subject(), Disk::device))
                        .setName(of(state, pending.subject(), Disk::name)));
            case REMOVE_DISK -> command.setRemoveDisk(RemoveDisk.newBuilder().setDiskCid(pending.subject()));
            case MIGRATE_DISK ->
                command.setMigrateDisk(MigrateDisk.newBuilder()
                        .setFromDiskCid(
                                state.disk(Disk.Role.ACTIVE).map(Disk::cid).orElse(""))
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

    private Drain.Builder drain(InstanceSpec spec, boolean isGoing) {
        var drain = Drain.newBuilder().setKind(isGoing ? Drain.Kind.SHUTDOWN : Drain.Kind.UPDATE);
        return isGoing ? drain : drain.setNext(spec.parsedApplySpec());
    }

    private static RunScript.Builder script(String name) {
        return RunScript.newBuilder().setName(name);
    }

    private static String of(InstanceState state, String diskCid, Function<Disk, String> property) {
        return state.disks().stream()
                .filter(disk -> disk.cid().equals(diskCid))
                .map(property)
                .findFirst()
                .orElse("");
    }
}
