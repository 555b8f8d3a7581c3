package io.slipway.agent;

import io.slipway.agent.compile.PackageCompiler;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.command.CommandHandler;
import io.slipway.agent.disk.Disks;
import io.slipway.agent.dns.DnsRecords;
import io.slipway.agent.job.DrainScripts;
import io.slipway.agent.job.Errands;
import io.slipway.agent.job.JobInstaller;
import io.slipway.agent.job.LifecycleScripts;
import io.slipway.agent.job.SpecStore;
import io.slipway.agent.logs.LogBundler;
import io.slipway.agent.monit.JobSupervisor;
import io.slipway.agent.ssh.SshAccounts;
import io.slipway.agent.vitals.JobHealth;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Drain;
import io.slipway.protocol.agent.v1.DrainResult;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.NetworkSpec;
import io.slipway.protocol.agent.v1.Ssh;
import io.slipway.protocol.agent.v1.SshResult;
import io.slipway.protocol.agent.v1.StateResult;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Sends each command to the feature that carries it out.
 *
 * @param ready completes when the VM has come up; commands that touch jobs wait for it
 */
record Commands(
        SpecStore specs,
        JobInstaller installer,
        LifecycleScripts scripts,
        DrainScripts drains,
        Errands errands,
        JobSupervisor jobs,
        Disks disks,
        PackageCompiler compiler,
        LogBundler logs,
        SshAccounts ssh,
        DnsRecords dns,
        JobHealth health,
        CompletableFuture<Void> ready)
        implements CommandHandler {

    @Override
    public Success handle(Command command) throws CommandFailure, IOException, InterruptedException {
        switch (command.getBodyCase()) {
            case GET_STATE, FETCH_LOGS, SSH, SYNC_DNS -> {}
            default -> awaitReady();
        }
        var success = Success.newBuilder();
        switch (command.getBodyCase()) {
            case COMPILE_PACKAGE -> success.setCompile(compiler.compile(command.getCompilePackage()));
            case RUN_ERRAND ->
                success.setErrand(errands.run(command.getRunErrand().getJob(), spec()));
            case FETCH_LOGS -> success.setLogs(logs.bundle(command.getFetchLogs()));
            case GET_STATE -> success.setState(state(command.getGetState().getFull()));
            case DRAIN -> success.setDrain(drain(command.getDrain()));
            case SSH -> success.setSsh(ssh(command.getSsh()));
            default -> {
                change(command);
                success.setEmpty(Empty.getDefaultInstance());
            }
        }
        return success.build();
    }

    private void awaitReady() throws InterruptedException {
        try {
            ready.get();
        } catch (ExecutionException e) {
            // the boot said so itself; what the director wants now may well repair it
        }
    }

    private void change(Command command) throws CommandFailure, IOException, InterruptedException {
        switch (command.getBodyCase()) {
            case PREPARE -> installer.prepare(command.getPrepare().getSpec());
            case APPLY -> apply(command.getApply().getSpec());
            case RUN_SCRIPT -> {
                var script = command.getRunScript();
                scripts.run(script.getName(), spec(), script.getEnvironmentMap());
            }
            case START_JOBS -> start();
            case STOP_JOBS -> stop();
            case MOUNT_DISK -> {
                var disk = command.getMountDisk();
                disks.mount(disk.getDiskCid(), disk.getDeviceHint(), disk.getMountPoint());
            }
            case UNMOUNT_DISK -> disks.unmount(command.getUnmountDisk().getDiskCid());
            case ADD_DISK ->
                disks.add(
                        command.getAddDisk().getDiskCid(),
                        command.getAddDisk().getDeviceHint(),
                        command.getAddDisk().getName());
            case REMOVE_DISK -> disks.remove(command.getRemoveDisk().getDiskCid());
            case MIGRATE_DISK -> {
                var disks = command.getMigrateDisk();
                this.disks.migrate(disks.getFromDiskCid(), disks.getToDiskCid());
            }
            case SYNC_DNS -> dns.sync(command.getSyncDns());
            default ->
                throw new CommandFailure(
                        Failure.Code.UNSUPPORTED, "this agent does not know such a command: upgrade the stemcell");
        }
    }

    private void apply(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        if (specs.current().isEmpty()) {
            jobs.markStopped();
        }
        installer.apply(spec);
        specs.replace(spec);
    }

    private void start() throws CommandFailure, IOException, InterruptedException {
        jobs.start(installer.monitFiles(spec()));
    }

    private void stop() throws CommandFailure, IOException, InterruptedException {
        jobs.stop();
    }

    private DrainResult drain(Drain drain) throws CommandFailure, IOException, InterruptedException {
        jobs.unmonitor();
        return drains.run(drain, spec());
    }

    private SshResult ssh(Ssh order) throws CommandFailure, IOException, InterruptedException {
        if (order.getAction() == Ssh.Action.CLEANUP) {
            ssh.cleanUp(order.getUserPattern());
            return SshResult.getDefaultInstance();
        }
        return ssh.setUp(order, defaultAddress(spec()));
    }

    private static String defaultAddress(ApplySpec spec) {
        return spec.getNetworksList().stream()
                .filter(n -> n.getDefaultForList().contains("gateway") || spec.getNetworksCount() == 1)
                .map(NetworkSpec::getIp)
                .findFirst()
                .orElse("");
    }

    private StateResult state(boolean isFull) throws IOException {
        var report = health.report();
        var state = StateResult.newBuilder()
                .setJobState(report.state())
                .addAllProcesses(report.processes())
                .addAllMountedDiskCids(disks.mountedCids());
        specs.current().ifPresent(state::setAppliedSpec);
        if (isFull) {
            state.setVitals(health.vitals());
        }
        return state.build();
    }

    private ApplySpec spec() {
        return specs.current().orElse(ApplySpec.getDefaultInstance());
    }
}
