package io.slipway.cpi.simulated;

import static io.slipway.cpi.simulated.SimulatedVm.command;
import static io.slipway.protocol.agent.v1.Command.BodyCase.APPLY;
import static io.slipway.protocol.agent.v1.Command.BodyCase.GET_STATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.kit.Await;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.CancelCommand;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.GetState;
import io.slipway.protocol.agent.v1.ProcessState;
import io.slipway.protocol.agent.v1.RunErrand;
import io.slipway.protocol.agent.v1.RunScript;
import io.slipway.protocol.agent.v1.StartJobs;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(50);

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
    void boots_slowly() throws Exception {
        agents().inject(new AgentFault.SlowBoot(Duration.ofMillis(150)));

        long began = System.nanoTime();
        vm.boot();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(150));
    }

    @Test
    void concerns_only_the_vms_that_were_meant() throws Exception {
        var rule = vm.cpi
                .faults()
                .agents(described -> "db".equals(described.metadata().get("instance_group")))
                .always()
                .inject(new AgentFault.FailCommand(GET_STATE, failure()));
        vm.boot();

        assertThat(vm.carryOut(state("1")).hasSuccess()).isTrue();
        assertThat(rule.struck()).isZero();
    }

    @Test
    void fails_the_nth_command_of_a_kind() throws Exception {
        vm.boot();
        agents().nth(2).inject(new AgentFault.FailCommand(GET_STATE, failure()));

        assertThat(vm.carryOut(state("1")).hasSuccess()).isTrue();
        assertThat(vm.carryOut(state("2")).getFailure()).isEqualTo(failure());
        assertThat(vm.carryOut(state("3")).hasSuccess()).isTrue();
    }

    @Test
    void says_nothing_while_it_is_silent_and_all_of_it_afterwards() throws Exception {
        vm.boot();
        var rule = agents().inject(new AgentFault.Silent());

        vm.director.send(state("1"));
        Await.until("it is carried out", () -> !vm.agent().performed().isEmpty());
        assertThat(vm.director.count(FromAgent::hasResult)).isZero();
        rule.lift();

        assertThat(vm.director.hello(2).getUnacknowledgedList())
                .singleElement()
                .satisfies(result -> assertThat(result.getCommandId()).isEqualTo("1"));
    }

    @Test
    void says_hello_when_it_is_no_longer_silent() throws Exception {
        var rule = agents().inject(new AgentFault.Silent());
        vm.create();
        Await.until("the agent dials", () -> vm.server.streams() > 0);
        assertThat(vm.director.count(FromAgent::hasHello)).isZero();

        rule.lift();

        vm.director.hello(1);
    }

    @Test
    void comes_back_when_the_network_does() throws Exception {
        vm.boot();
        var rule = agents().inject(new AgentFault.Unreachable());

        Await.until("the stream is cut", () -> !vm.agent().isConnected());
        rule.lift();

        vm.director.hello(2);
    }

    @Test
    void is_interrupted_by_a_crash_and_does_not_go_on_with_the_command() throws Exception {
        var first = vm.boot();
        agents().inject(new AgentFault.CrashDuring(APPLY, SHORT));

        vm.director.send(command("1").setApply(Apply.newBuilder().setSpec(vm.spec())));

        var second = vm.director.hello(2);
        assertThat(second.getBootId()).isEqualTo(first.getBootId());
        assertThat(second.hasAppliedSpec()).isFalse();
        assertThat(second.getUnacknowledgedList()).singleElement().satisfies(result -> {
            assertThat(result.getCommandId()).isEqualTo("1");
            assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.INTERRUPTED);
        });
        assertThat(vm.agent().performed()).isEmpty();
    }

    @Test
    void tells_after_a_crash_what_it_had_done_before() throws Exception {
        vm.boot();
        agents().inject(new AgentFault.CrashBeforeAnswer(APPLY, SHORT));

        vm.director.send(command("1").setApply(Apply.newBuilder().setSpec(vm.spec())));

        var second = vm.director.hello(2);
        assertThat(second.getAppliedSpec().getDeployment()).isEqualTo("shop");
        assertThat(second.getUnacknowledgedList()).singleElement().satisfies(result -> assertThat(result.hasSuccess())
                .isTrue());
    }

    @Test
    void keeps_jobs_running_over_a_crash_of_the_agent() throws Exception {
        vm.boot();
        vm.applyAndStart();

        vm.agent().crash(SHORT);

        assertThat(vm.director.hello(2).getJobState()).isEqualTo("running");
    }

    @Test
    void answers_twice() throws Exception {
        vm.boot();
        agents().inject(new AgentFault.AnswerTwice(GET_STATE));

        vm.director.send(state("1"));

        vm.director.result("1", 2);
        assertThat(vm.agent().performed()).hasSize(1);
    }

    @Test
    void gives_up_a_command_whose_time_is_up() throws Exception {
        vm.boot();
        agents().inject(new AgentFault.HangCommand(GET_STATE));

        var result = vm.carryOut(state("1").setTimeoutSeconds(1));

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.TIMED_OUT);
    }

    @Test
    void gives_up_a_command_that_is_cancelled() throws Exception {
        vm.boot();
        var rule = agents().inject(new AgentFault.HangCommand(GET_STATE));

        vm.director.send(state("1"));
        assertThat(rule.awaitStruck(Await.DEADLINE)).isTrue();
        var cancelled =
                vm.carryOut(command("2").setCancel(CancelCommand.newBuilder().setCommandId("1")));

        assertThat(cancelled.hasSuccess()).isTrue();
        assertThat(vm.director.result("1", 1).getFailure().getCode()).isEqualTo(Failure.Code.CANCELLED);
    }

    @Test
    void goes_on_with_a_hanging_command_when_the_rule_is_lifted() throws Exception {
        vm.boot();
        var rule = agents().inject(new AgentFault.HangCommand(GET_STATE));

        vm.director.send(state("1"));
        assertThat(rule.awaitStruck(Await.DEADLINE)).isTrue();
        rule.lift();

        assertThat(vm.director.result("1", 1).hasSuccess()).isTrue();
    }

    @Test
    void reports_a_process_that_fails_until_it_recovers() throws Exception {
        vm.boot();
        vm.applyAndStart();

        var rule = agents().inject(new AgentFault.FailingProcess("php"));

        assertThat(vm.director.beat(1, "failing").getProcessesList())
                .filteredOn(process -> process.getState().equals("failing"))
                .extracting(ProcessState::getName)
                .containsExactly("php");
        rule.lift();
        vm.director.handOver();
        assertThat(vm.director.hello(2).getJobState()).isEqualTo("running");
    }

    @Test
    void never_runs_a_job_that_fails_from_the_start() throws Exception {
        vm.boot();
        agents().inject(new AgentFault.FailingProcess(""));
        vm.apply("apply");

        vm.carryOut(command("start").setStartJobs(StartJobs.getDefaultInstance()));

        vm.director.beat(1, "failing");
        assertThat(vm.agent().jobState()).isEqualTo("failing");
    }

    @Test
    void alerts_when_a_process_died_and_was_restarted() throws Exception {
        vm.boot();
        vm.applyAndStart();

        vm.agent().crashJobProcess("nginx");

        assertThat(vm.director.nth(FromAgent::hasAlert, 1).getAlert().getTitle())
                .isEqualTo("process nginx died and was restarted");
    }

    @Test
    void fails_scripts_and_errands() throws Exception {
        vm.boot();
        vm.apply("apply");
        agents().inject(new AgentFault.FailScript("web", "pre-start", 3, "no room"));
        agents().inject(new AgentFault.FailScript("web", "run", 4, "no luck"));

        var script =
                vm.carryOut(command("1").setRunScript(RunScript.newBuilder().setName("pre-start")));
        var errand =
                vm.carryOut(command("2").setRunErrand(RunErrand.newBuilder().setJob("web")));

        assertThat(script.getFailure().getMessage())
                .isEqualTo("1 of 1 pre-start scripts failed. Failed Jobs: web (exit code 3)");
        assertThat(script.getFailure().getOutputTail()).contains("no room");
        assertThat(errand.getSuccess().getErrand().getExitCode()).isEqualTo(4);
        assertThat(errand.getSuccess().getErrand().getStderrTail()).isEqualTo("no luck");
    }

    private Faults.AgentPoint agents() {
        return vm.cpi.faults().agents(any -> true);
    }

    private static Command.Builder state(String id) {
        return command(id).setGetState(GetState.getDefaultInstance());
    }

    private static Failure failure() {
        return Failure.newBuilder()
                .setCode(Failure.Code.UNKNOWN)
                .setMessage("out of order")
                .build();
    }
}
