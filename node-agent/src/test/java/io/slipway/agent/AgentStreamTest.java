package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.kit.Await;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.CancelCommand;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.RunErrand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentStreamTest {
    private TestVm vm;

    @BeforeEach
    void makeVm(@TempDir Path root) throws Exception {
        vm = new TestVm(root);
    }

    @AfterEach
    void endVm() throws Exception {
        vm.close();
    }

    @Test
    void says_hello_to_the_endpoint_that_is_not_dead_and_beats() throws Exception {
        vm.start();

        var hello = vm.director.hello(1);

        assertThat(hello.getAgentId()).isEqualTo("vm-1");
        assertThat(hello.getBootId()).isNotEmpty();
        assertThat(hello.hasAppliedSpec()).isFalse();
        var beat = vm.director.nth(FromAgent::hasHeartbeat, 2).getHeartbeat();
        assertThat(beat.getJobState()).isEqualTo("unmonitored");
        assertThat(beat.getVitals().getMemoryUsedBytes()).isPositive();
        assertThat(beat.getVitals().getDisksList()).isNotEmpty();
    }

    @Test
    void keeps_its_boot_id_over_a_restart_of_the_agent() throws Exception {
        vm.start();
        var first = vm.director.hello(1);

        vm.restartAgent();

        assertThat(vm.director.hello(2).getBootId()).isEqualTo(first.getBootId());
    }

    @Test
    void answers_a_command_that_it_does_not_know_with_unsupported() throws Exception {
        vm.start();
        vm.director.hello(1);

        var result = vm.director.carryOut(Command.newBuilder().setId("c1"));

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.UNSUPPORTED);
    }

    @Test
    void answers_a_repeated_command_from_its_journal_and_does_it_once() throws Exception {
        vm.start();
        vm.director.hello(1);
        applyErrand("echo again >> " + vm.layout.root().resolve("count"));
        var errand = Command.newBuilder()
                .setId("errand-1")
                .setRunErrand(RunErrand.newBuilder().setJob("job"));

        var first = vm.director.carryOut(errand);
        vm.director.send(errand);
        var second = vm.director.result("errand-1", 2);
        vm.restartAgent();
        vm.director.hello(2);
        vm.director.send(errand);
        var third = vm.director.result("errand-1", 3);

        assertThat(first.getSuccess().getErrand().getExitCode()).isZero();
        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first);
        assertThat(vm.layout.root().resolve("count")).hasContent("again");
    }

    @Test
    void ends_a_command_and_its_children_that_is_cancelled() throws Exception {
        vm.start();
        vm.director.hello(1);
        applyErrand("sleep 1000 & echo $! > " + vm.layout.root().resolve("pid") + "; wait");
        vm.director.send(Command.newBuilder()
                .setId("long")
                .setRunErrand(RunErrand.newBuilder().setJob("job")));
        var pid = Await.content(vm.layout.root().resolve("pid"));

        var cancelled = vm.director.carryOut(Command.newBuilder()
                .setId("cancel")
                .setCancel(CancelCommand.newBuilder().setCommandId("long")));

        assertThat(cancelled.hasSuccess()).isTrue();
        assertThat(vm.director.result("long", 1).getFailure().getCode()).isEqualTo(Failure.Code.CANCELLED);
        Await.until("the errand's child is gone", () -> !Files.exists(Path.of("/proc", pid)));
    }

    @Test
    void ends_a_command_that_takes_longer_than_its_timeout() throws Exception {
        vm.start();
        vm.director.hello(1);
        applyErrand("sleep 1000");

        var result = vm.director.carryOut(Command.newBuilder()
                .setId("slow")
                .setTimeoutSeconds(1)
                .setRunErrand(RunErrand.newBuilder().setJob("job")));

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.TIMED_OUT);
    }

    @Test
    void renews_a_certificate_of_which_two_thirds_are_over_and_keeps_the_new_one(@TempDir Path other) throws Exception {
        try (var ageing = new TestVm(other, Duration.ofMinutes(1)).start()) {
            ageing.director.hello(2);
            String identity = Files.readString(ageing.layout.identityFile());

            ageing.restartAgent();
            ageing.director.hello(3);

            assertThat(ageing.director.hello(2).getAgentId()).isEqualTo("vm-1");
            assertThat(Files.readString(ageing.layout.identityFile())).isEqualTo(identity);
            assertThat(Files.getPosixFilePermissions(ageing.layout.identityFile()))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
    }

    @Test
    void starts_with_the_settings_certificate_where_the_renewed_one_cannot_be_read() throws Exception {
        Files.writeString(vm.layout.identityFile(), "{\"certificate\":");

        vm.start();

        assertThat(vm.director.hello(1).getAgentId()).isEqualTo("vm-1");
    }

    private void applyErrand(String script) {
        var spec = ApplySpec.newBuilder()
                .addJobs(JobSpec.newBuilder().setName("job"))
                .setRenderedTemplates(vm.blobs.blob(new Tgz()
                        .file("job/bin/run", "#!/bin/bash\n" + script + "\n")
                        .bytes()));
        var result = vm.director.carryOut(
                Command.newBuilder().setId("apply").setApply(Apply.newBuilder().setSpec(spec)));
        assertThat(result.hasSuccess()).as(result.toString()).isTrue();
    }
}
