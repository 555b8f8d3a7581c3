package io.slipway.engine.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiFailure;
import io.slipway.engine.EngineServices.Timeouts;
import io.slipway.engine.Fence;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.agent.SessionCommand;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.Situation.Timer;
import io.slipway.protocol.agent.v1.DrainResult;
import io.slipway.protocol.agent.v1.Success;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

/** What an instance makes of what it hears, one thing after the other, without an actor. */
class InstanceTurnTest {
    private static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofSeconds(120),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofMinutes(45),
            3,
            Duration.ofMillis(10));
    private static final InstanceGoal RUNNING = Specs.goal("g1", Kind.RUNNING, Specs.spec("h1"));

    private final TestInbox<SessionCommand> agent = TestInbox.create();
    private InstanceState state = InstanceState.NEW;
    private Situation now = Situation.START;
    private List<InstanceEvent> written = List.of();
    private List<InstanceEffect> effects = List.of();

    private InstanceTurn turn() {
        return new InstanceTurn("i", TIMEOUTS, state, now);
    }

    private void take(InstanceTurn turn) {
        written = turn.events();
        effects = turn.effects();
        now = turn.situation();
        written.forEach(event -> state = state.apply(event));
    }

    private <T extends InstanceEffect> List<T> effects(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private String agentId() {
        return Objects.requireNonNull(state.vm()).agentId();
    }

    private void created() {
        take(turn().done(new InstanceEvent.VmCreated(agentId(), "cid", List.of(), "2026-01-01T00:00:00Z")));
    }

    private void connected(AgentResult... results) {
        take(turn().hear(new AgentEvent.Connected(agentId(), "boot", "", List.of(results), agent.getRef())));
    }

    private void answered(String failure, boolean isRepeatable) {
        answered(failure, isRepeatable, new byte[0]);
    }

    private void answered(String failure, boolean isRepeatable, byte[] success) {
        var pending = Objects.requireNonNull(state.pending());
        take(turn().hear(new AgentEvent.Answered(
                agentId(), new AgentResult(pending.commandId(), failure, isRepeatable, success))));
    }

    private void answered() {
        answered("", false);
    }

    /** Up to where its jobs are started. */
    private void started() {
        take(turn().set(RUNNING));
        created();
        connected();
        untilStarted();
    }

    private void untilStarted() {
        for (var act : List.of(AgentAct.PREPARE, AgentAct.APPLY, AgentAct.PRE_START, AgentAct.START)) {
            assertThat(Objects.requireNonNull(state.pending()).act()).isEqualTo(act);
            answered();
        }
    }

    @Test
    void a_goal_and_what_it_leads_to_are_one_write() {
        take(turn().set(RUNNING));

        assertThat(written)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("GoalSet", "VmIntended");
        assertThat(effects(InstanceEffect.Begin.class))
                .extracting(InstanceEffect.Begin::step)
                .containsExactly(new InstanceStep.CreateVm(agentId()));
        assertThat(now.isBusy()).isTrue();
    }

    @Test
    void an_answer_and_the_next_command_are_one_write() {
        take(turn().set(RUNNING));
        created();
        connected();

        answered();

        assertThat(written)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("CommandSucceeded", "CommandIssued");
        assertThat(effects(InstanceEffect.Acknowledge.class)).hasSize(1);
        assertThat(effects(InstanceEffect.Send.class)).hasSize(1);
    }

    @Test
    void nothing_is_begun_while_the_infrastructure_is_busy() {
        take(turn().set(RUNNING));

        take(turn().advance());
        assertThat(effects).isEmpty();
        take(turn().renew(RUNNING));
        assertThat(effects).isEmpty();
    }

    @Test
    void what_was_odd_about_draining_is_told_with_the_end() {
        started();
        take(turn().set(Specs.goal("g2", Kind.STOPPED, Specs.spec("h1"))));
        assertThat(Objects.requireNonNull(state.pending()).act()).isEqualTo(AgentAct.PRE_STOP);
        answered();
        assertThat(Objects.requireNonNull(state.pending()).act()).isEqualTo(AgentAct.DRAIN);

        answered(
                "",
                false,
                Success.newBuilder()
                        .setDrain(DrainResult.newBuilder().addRemarks("it ended with\u0000 exit code 7"))
                        .build()
                        .toByteArray());

        assertThat(effects(InstanceEffect.Warn.class)).singleElement().satisfies(warning -> assertThat(
                        warning.message())
                .startsWith("it ended with")
                .endsWith("exit code 7")
                .doesNotContain("\u0000"));
    }

    @Test
    void jobs_are_believed_only_after_they_had_time_to_fail() {
        started();
        assertThat(effects(InstanceEffect.StartTimer.class))
                .extracting(InstanceEffect.StartTimer::timer)
                .containsExactly(Timer.SETTLED, Timer.RUNNING);

        beat("running");
        assertThat(written).isEmpty();
        take(turn().passed(Timer.SETTLED));
        assertThat(written).first().isInstanceOf(InstanceEvent.JobsSeenRunning.class);
        answered();

        assertThat(effects(InstanceEffect.EndGoal.class)).singleElement().satisfies(end -> assertThat(end.failure())
                .isEmpty());
        assertThat(now.timers()).isEmpty();
    }

    @Test
    void jobs_that_do_not_run_in_time_fail_the_goal_and_are_named() {
        started();
        beat("failing");

        take(turn().passed(Timer.RUNNING));

        assertThat(effects(InstanceEffect.EndGoal.class)).singleElement().satisfies(end -> assertThat(end.failure())
                .contains("is not running after update", "web (failing)"));
        assertThat(state.isWorking()).isFalse();
    }

    @Test
    void a_heartbeat_that_comes_late_or_twice_says_nothing_of_jobs_that_were_started_since() {
        take(turn().set(RUNNING));
        created();
        connected();
        beat("running", 1_000);
        untilStarted();
        beat("running", 1_000);
        assertThat(now.present().isRunning()).isFalse();

        beat("running", 3_000);
        beat("starting", 2_000);
        connected(new AgentResult("of another time", "", false, new byte[0]));

        assertThat(now.present().isRunning()).isTrue();
    }

    private void beat(String jobState) {
        beat(jobState, 0);
    }

    private void beat(String jobState, long heardMicros) {
        take(turn().hear(new AgentEvent.Beat(
                agentId(), jobState, Map.of(), List.of(Map.of("name", "web", "state", jobState)), 0, heardMicros)));
    }

    @Test
    void a_command_that_its_agent_may_do_again_is_sent_anew_so_often_and_then_fails_the_goal() {
        take(turn().set(RUNNING));
        created();
        connected();
        var ids = new ArrayList<String>();
        for (int attempt = 1; attempt < TIMEOUTS.cpiTries(); attempt++) {
            ids.add(Objects.requireNonNull(state.pending()).commandId());
            answered("the blob is not there", true);
            assertThat(written)
                    .extracting(event -> event.getClass().getSimpleName())
                    .containsExactly("CommandLost", "CommandIssued");
        }
        assertThat(ids).doesNotHaveDuplicates();

        answered("the blob is not there", true);

        assertThat(effects(InstanceEffect.EndGoal.class)).singleElement().satisfies(end -> assertThat(end.failure())
                .contains("the blob is not there"));
    }

    @Test
    void results_that_were_waiting_for_a_director_are_heard_with_the_hello() {
        take(turn().set(RUNNING));
        created();
        connected();
        var pending = Objects.requireNonNull(state.pending());
        now = Situation.START;

        connected(new AgentResult(pending.commandId(), "", false, new byte[0]));

        assertThat(written)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("CommandSucceeded", "CommandIssued");
    }

    @Test
    void a_step_that_the_database_cut_off_is_tried_for_as_long_as_it_takes() {
        take(turn().set(RUNNING));
        for (int attempt = 0; attempt < 20; attempt++) {
            take(turn().stepFailed(failed(null, true)));
            assertThat(now.timers()).containsExactly(Timer.RETRY);
            take(turn().passed(Timer.RETRY));
            assertThat(effects(InstanceEffect.Begin.class)).hasSize(1);
        }
        assertThat(state.isWorking()).isTrue();
    }

    @Test
    void a_step_that_the_infrastructure_refuses_for_good_fails_the_goal_at_once() {
        take(turn().set(RUNNING));

        take(turn().stepFailed(failed(new CpiFailure.CloudError("no", false), false)));

        assertThat(effects(InstanceEffect.EndGoal.class)).hasSize(1);
    }

    @Test
    void a_vm_whose_making_has_an_unknown_outcome_is_given_up_for_another() {
        take(turn().set(RUNNING));
        String first = agentId();

        take(turn().stepFailed(failed(new CpiFailure.OutcomeUnknown("the CPI died"), false)));

        assertThat(written)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("VmDeleted", "VmIntended");
        assertThat(agentId()).isNotEqualTo(first);
    }

    private InstanceCommand.StepFailed failed(
            @org.jspecify.annotations.Nullable CpiFailure failure, boolean retryable) {
        return new InstanceCommand.StepFailed(new InstanceStep.CreateVm(agentId()), "why", retryable, failure);
    }

    @Test
    void a_goal_that_is_cancelled_ends_with_what_is_under_way() {
        take(turn().set(RUNNING));
        take(turn().cancel("g1"));
        assertThat(effects(InstanceEffect.EndGoal.class)).isEmpty();

        created();

        assertThat(effects(InstanceEffect.EndGoal.class)).singleElement().satisfies(end -> assertThat(end.failure())
                .contains("cancelled"));
        assertThat(state.vm()).isNotNull();
    }

    @Test
    void a_goal_that_a_newer_run_asks_for_again_takes_its_fence() {
        take(turn().set(RUNNING));
        var newer = RUNNING.with(new Fence("dep", 9));

        take(turn().renew(newer));

        assertThat(written).containsExactly(new InstanceEvent.GoalRenewed(new Fence("dep", 9)));
        assertThat(state.isSuperseded(new Fence("dep", 8))).isTrue();
        assertThat(state.isSuperseded(new Fence("dep", 9))).isFalse();
        assertThat(state.isSuperseded(Fence.NONE)).isFalse();
        take(turn().renew(newer));
        assertThat(written).isEmpty();
    }

    @Test
    void an_agent_of_no_vm_of_the_instance_is_turned_away_and_changes_nothing() {
        take(turn().set(RUNNING));

        take(turn().hear(new AgentEvent.Connected("another", "boot", "", List.of(), agent.getRef())));

        assertThat(effects).containsExactly(new InstanceEffect.TurnAway("another", agent.getRef()));
        assertThat(written).isEmpty();
    }

    @Test
    void a_stream_that_ends_late_does_not_take_the_place_of_the_present_one() {
        take(turn().set(RUNNING));
        created();
        connected();
        TestInbox<SessionCommand> former = TestInbox.create();

        take(turn().hear(new AgentEvent.Lost(agentId(), former.getRef())));
        assertThat(now.present().isConnected()).isTrue();
        take(turn().hear(new AgentEvent.Lost(agentId(), agent.getRef())));

        assertThat(now.present().isConnected()).isFalse();
    }

    @Test
    void a_deletion_goes_on_without_an_agent_that_does_not_come() {
        started();
        take(turn().passed(Timer.SETTLED));
        take(turn().hear(new AgentEvent.Lost(agentId(), agent.getRef())));

        take(turn().set(Specs.deletion("g2")));
        assertThat(Optional.of(now.timers())).contains(java.util.Set.of(Timer.AGENT));
        take(turn().passed(Timer.AGENT));

        assertThat(effects(InstanceEffect.Begin.class))
                .extracting(InstanceEffect.Begin::step)
                .containsExactly(new InstanceStep.DeleteVm(agentId(), "cid"));
    }
}
