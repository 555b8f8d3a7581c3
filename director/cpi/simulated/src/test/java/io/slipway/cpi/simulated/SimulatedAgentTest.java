package io.slipway.cpi.simulated;

import static io.slipway.cpi.simulated.SimulatedVm.AGENT;
import static io.slipway.cpi.simulated.SimulatedVm.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.kit.BlobServer;
import io.slipway.cpi.conformance.TinyTgz;
import io.slipway.protocol.agent.v1.AddDisk;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CompilePackage;
import io.slipway.protocol.agent.v1.Drain;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.GetState;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.MigrateDisk;
import io.slipway.protocol.agent.v1.MountDisk;
import io.slipway.protocol.agent.v1.PackageSpec;
import io.slipway.protocol.agent.v1.Prepare;
import io.slipway.protocol.agent.v1.ProcessState;
import io.slipway.protocol.agent.v1.RunErrand;
import io.slipway.protocol.agent.v1.RunScript;
import io.slipway.protocol.agent.v1.Ssh;
import io.slipway.protocol.agent.v1.StartJobs;
import io.slipway.protocol.agent.v1.StopJobs;
import io.slipway.protocol.agent.v1.SyncDns;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedAgentTest {
    private SimulatedVm vm;

    @BeforeEach
    void startDirector(@TempDir Path directory) throws Exception {
        vm = new SimulatedVm(directory);
    }

    @AfterEach
    void endDirector() throws Exception {
        vm.close();
    }

    @Test
    void says_hello_and_beats() throws Exception {
        vm.server.heartbeatEvery(20);

        var hello = vm.boot();

        assertThat(hello.getAgentId()).isEqualTo(AGENT);
        assertThat(hello.getBootId()).isEqualTo(vm.agent().bootId()).isNotBlank();
        assertThat(hello.hasAppliedSpec()).isFalse();
        assertThat(hello.getJobState()).isEqualTo("unmonitored");
        var beat = vm.director.nth(FromAgent::hasHeartbeat, 4).getHeartbeat();
        assertThat(beat.getVitals().getDisksCount()).isPositive();
        assertThat(vm.agent().isConnected()).isTrue();
    }

    @Test
    void brings_jobs_up_with_the_processes_of_their_monit_files() throws Exception {
        vm.boot();

        vm.apply("apply");
        vm.director.beat(1, "stopped");
        vm.carryOut(command("start").setStartJobs(StartJobs.getDefaultInstance()));

        vm.director.beat(1, "starting");
        assertThat(vm.director.beat(1, "running").getProcessesList())
                .extracting(ProcessState::getName)
                .containsExactly("nginx", "php");
        vm.carryOut(command("stop").setStopJobs(StopJobs.getDefaultInstance()));
        var state = vm.carryOut(
                        command("state").setGetState(GetState.newBuilder().setFull(true)))
                .getSuccess()
                .getState();
        assertThat(state.getJobState()).isEqualTo("stopped");
        assertThat(state.getAppliedSpec().getDeployment()).isEqualTo("shop");
        assertThat(state.hasVitals()).isTrue();
    }

    @Test
    void carries_out_a_command_once_and_answers_it_as_often_as_it_is_asked() throws Exception {
        vm.boot();
        vm.apply("same");

        vm.director.send(command("same").setApply(Apply.newBuilder().setSpec(vm.spec())));

        assertThat(vm.director.result("same", 2).hasSuccess()).isTrue();
        assertThat(vm.agent().performed()).hasSize(1);
    }

    @Test
    void tells_results_that_nobody_acknowledged_with_its_hello() throws Exception {
        vm.boot();
        vm.apply("acknowledged");
        vm.server.stopAcknowledging();
        vm.apply("not-acknowledged");

        vm.director.handOver();

        assertThat(vm.director.hello(2).getUnacknowledgedList())
                .anySatisfy(result -> assertThat(result.getCommandId()).isEqualTo("not-acknowledged"));
    }

    @Test
    void fetches_packages_once_unless_they_are_shared(@TempDir Path directory) throws Exception {
        vm.boot();
        byte[] shared = new TinyTgz().file("a", "shared").bytes();
        var archive = Files.write(directory.resolve("p"), shared);
        vm.cpi.sharePackage(BlobServer.sha256(shared), use -> use.accept(archive));
        var spec = vm.spec().toBuilder()
                .addPackages(PackageSpec.newBuilder().setCompiled(vm.blobs.blob(shared)))
                .addPackages(PackageSpec.newBuilder()
                        .setCompiled(
                                vm.blobs.blob(new TinyTgz().file("a", "fetched").bytes())));

        vm.carryOut(command("1").setPrepare(Prepare.newBuilder().setSpec(spec)));
        vm.carryOut(command("2").setApply(Apply.newBuilder().setSpec(spec)));

        assertThat(vm.blobs.fetched()).as("the templates and one package").isEqualTo(2);
    }

    @Test
    void refuses_a_blob_whose_digest_is_wrong() throws Exception {
        vm.boot();
        var corrupted = PackageSpec.newBuilder().setCompiled(vm.blobs.corrupted(new byte[] {7}));

        var failure = vm.carryOut(command("1")
                        .setPrepare(Prepare.newBuilder()
                                .setSpec(vm.spec().toBuilder().addPackages(corrupted))))
                .getFailure();

        assertThat(failure.getCode()).isEqualTo(Failure.Code.DIGEST_MISMATCH);
        assertThat(failure.getMessage()).doesNotContain("signature");
    }

    @Test
    void says_where_a_blob_was_that_it_could_not_fetch() throws Exception {
        vm.boot();
        var elsewhere = vm.spec().getRenderedTemplates().toBuilder()
                .setUrl("https://127.0.0.1:1/gone?signature=s")
                .build();
        var spec = vm.spec().toBuilder().setRenderedTemplates(elsewhere);

        var failure = vm.carryOut(command("1").setPrepare(Prepare.newBuilder().setSpec(spec)))
                .getFailure();

        assertThat(failure.getCode()).isEqualTo(Failure.Code.UNREACHABLE);
        assertThat(failure.getMessage()).contains("https://127.0.0.1:1/gone").doesNotContain("signature");
    }

    @Test
    void misses_the_templates_of_a_job() throws Exception {
        vm.boot();
        var spec = vm.spec().toBuilder().addJobs(JobSpec.newBuilder().setName("db"));

        var failure = vm.carryOut(command("1").setApply(Apply.newBuilder().setSpec(spec)))
                .getFailure();

        assertThat(failure.getCode()).isEqualTo(Failure.Code.INVALID);
        assertThat(failure.getMessage()).contains("job db");
    }

    @Test
    void compiles_a_package_and_uploads_it() throws Exception {
        vm.boot();

        var result = vm.carryOut(command("1")
                        .setCompilePackage(CompilePackage.newBuilder()
                                .setName("nginx")
                                .setVersion("1")
                                .setSource(vm.blobs.blob(new byte[] {1, 2}))
                                .setUpload(vm.blobs.upload("compiled"))))
                .getSuccess()
                .getCompile();

        assertThat(result.getSha256()).isEqualTo(BlobServer.sha256(vm.blobs.uploaded("compiled")));
        assertThat(result.getSizeBytes()).isEqualTo(vm.blobs.uploaded("compiled").length);
    }

    @Test
    void keeps_what_is_on_a_disk_when_its_data_move_to_another() throws Exception {
        vm.boot();
        var old = vm.attachedDisk("old");
        var next = vm.attachedDisk("next");

        vm.carryOut(command("1")
                .setMountDisk(MountDisk.newBuilder().setDiskCid(old[0]).setDeviceHint(old[1])));
        var data = vm.cpi.dataOn(old[0]);
        vm.carryOut(
                command("2").setAddDisk(AddDisk.newBuilder().setDiskCid(next[0]).setDeviceHint(next[1])));
        vm.carryOut(command("3")
                .setMigrateDisk(MigrateDisk.newBuilder().setFromDiskCid(old[0]).setToDiskCid(next[0])));

        assertThat(data).isPresent().isNotEqualTo(java.util.Optional.of(""));
        assertThat(vm.cpi.dataOn(next[0])).isEqualTo(data);
        var state = vm.carryOut(command("4").setGetState(GetState.getDefaultInstance()));
        assertThat(state.getSuccess().getState().getMountedDiskCidsList()).containsExactly(next[0]);
    }

    @Test
    void mounts_no_disk_that_is_not_attached() throws Exception {
        vm.boot();

        var failure = vm.carryOut(command("1")
                        .setMountDisk(
                                MountDisk.newBuilder().setDiskCid("disk-x").setDeviceHint("/dev/x")))
                .getFailure();

        assertThat(failure.getCode()).isEqualTo(Failure.Code.TIMED_OUT);
    }

    @Test
    void runs_scripts_errands_and_drains_of_jobs_that_have_them() throws Exception {
        vm.boot();
        vm.applyAndStart();

        assertThat(vm.carryOut(command("1").setRunScript(RunScript.newBuilder().setName("pre-start")))
                        .hasSuccess())
                .isTrue();
        assertThat(vm.carryOut(command("2").setRunScript(RunScript.newBuilder().setName("pre-lude")))
                        .getFailure()
                        .getCode())
                .isEqualTo(Failure.Code.INVALID);
        assertThat(vm.carryOut(command("3").setDrain(Drain.getDefaultInstance()))
                        .getSuccess()
                        .hasDrain())
                .isTrue();
        assertThat(vm.carryOut(command("4").setRunErrand(RunErrand.newBuilder().setJob("web")))
                        .getSuccess()
                        .getErrand()
                        .getExitCode())
                .isZero();
        assertThat(vm.carryOut(command("5").setRunErrand(RunErrand.newBuilder().setJob("db")))
                        .getFailure()
                        .getCode())
                .isEqualTo(Failure.Code.INVALID);
    }

    @Test
    void bundles_logs_opens_accounts_and_takes_dns_records() throws Exception {
        vm.boot();
        vm.apply("apply");

        var logs = vm.carryOut(command("1").setFetchLogs(FetchLogs.newBuilder().setUpload(vm.blobs.upload("logs"))));
        var ssh = vm.carryOut(
                command("2").setSsh(Ssh.newBuilder().setUser("bosh_1").setPublicKey("ssh-ed25519 AAAA")));
        var records = vm.blobs.blob("{\"version\":3}".getBytes(StandardCharsets.UTF_8));
        var dns = vm.carryOut(
                command("3").setSyncDns(SyncDns.newBuilder().setVersion(3).setRecords(records)));
        var health = vm.blobs.blob("{\"version\":2}".getBytes(StandardCharsets.UTF_8));
        vm.carryOut(
                command("4").setSyncDns(SyncDns.newBuilder().setHealthVersion(2).setHealth(health)));
        vm.director.handOver();

        assertThat(logs.getSuccess().getLogs().getSha256()).isEqualTo(BlobServer.sha256(vm.blobs.uploaded("logs")));
        assertThat(ssh.getSuccess().getSsh().getAddress()).isEqualTo("10.0.0.2");
        assertThat(ssh.getSuccess().getSsh().getHostPublicKey()).startsWith("ssh-ed25519 ");
        assertThat(dns.hasSuccess()).isTrue();
        assertThat(vm.director.hello(2).getDnsVersion()).isEqualTo(3);
        assertThat(vm.director.hello(2).getDnsHealthVersion()).isEqualTo(2);
    }

    @Test
    void answers_a_command_that_it_does_not_know() throws Exception {
        vm.boot();

        assertThat(vm.carryOut(Command.newBuilder().setId("1")).getFailure().getCode())
                .isEqualTo(Failure.Code.UNSUPPORTED);
    }

    @Test
    void boots_anew_with_its_jobs_when_it_is_rebooted() throws Exception {
        var first = vm.boot();
        vm.applyAndStart();

        vm.cpi.rebootVm(vm.cid);

        var second = vm.director.hello(2);
        assertThat(second.getBootId()).isNotEqualTo(first.getBootId());
        assertThat(second.getAppliedSpec().getDeployment()).isEqualTo("shop");
        vm.director.beat(2, "running");
    }

    @Test
    void goes_on_where_it_was_when_its_infrastructure_is_opened_again() throws Exception {
        var first = vm.boot();
        vm.applyAndStart();

        vm.reopen();

        var second = vm.director.hello(2);
        assertThat(second.getBootId()).isEqualTo(first.getBootId());
        assertThat(second.getJobState()).isEqualTo("running");
        vm.director.send(command("apply").setApply(Apply.newBuilder().setSpec(vm.spec())));
        assertThat(vm.director.result("apply", 2).hasSuccess()).isTrue();
        assertThat(vm.agent().performed()).isEmpty();
    }

    @Test
    void says_nothing_any_more_when_its_vm_is_deleted() throws Exception {
        vm.boot();
        var agent = vm.agent();

        vm.cpi.deleteVm(vm.cid);

        assertThat(agent.isConnected()).isFalse();
        assertThat(vm.cpi.agent(vm.cid)).isEmpty();
    }

    @Test
    void asks_for_a_new_certificate_in_time_and_uses_it_from_then_on() throws Exception {
        vm.create(vm.settings(AGENT, Duration.ofMinutes(2)));

        vm.director.hello(2);
        vm.director.beat(2, "unmonitored");
        vm.agent().crash(Duration.ZERO);
        vm.director.hello(3);
        vm.director.beat(3, "unmonitored");

        assertThat(vm.director.count(FromAgent::hasCertificateRequest)).isEqualTo(1);
    }

    @Test
    void goes_on_with_a_certificate_that_an_earlier_version_renewed_for_its_first_key() throws Exception {
        vm.boot();
        vm.reopen(() -> vm.changeAgentState(state -> {
            state.remove("privateKeyPem");
            state.put("certificatePem", vm.authority.certificatePem(AGENT));
            state.put("caPem", vm.authority.pem());
        }));

        vm.director.hello(2);
    }
}
