package io.slipway.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.command.CommandJournal;
import io.slipway.agent.core.health.JobReport;
import io.slipway.agent.core.kit.Await;
import io.slipway.agent.core.kit.Conversation;
import io.slipway.agent.core.kit.FakeDirector;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.protocol.agent.v1.CancelCommand;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.StartJobs;
import io.slipway.protocol.agent.v1.ToAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorClientTest {
    private static final String ID = "vm-1";

    private final TestAuthority authority = new TestAuthority();
    private Path folder;
    private FakeDirector director;
    private TestAgent agent;
    private Conversation heard;

    @BeforeEach
    void prepare(@TempDir Path directory) throws Exception {
        folder = directory;
        director = new FakeDirector(authority);
        agent = new TestAgent(authority, folder, ID, director.endpoint());
        heard = director.with(ID);
    }

    @AfterEach
    void end() {
        agent.close();
        director.close();
    }

    @Test
    void says_hello_and_beats() throws Exception {
        director.heartbeatEvery(50);
        agent.start();

        var hello = heard.hello(1);

        assertThat(hello.getAgentId()).isEqualTo(ID);
        assertThat(hello.getProtocolVersion()).isEqualTo(1);
        assertThat(hello.getBootId()).isEqualTo("boot-1");
        assertThat(hello.getDnsVersion()).isEqualTo(3);
        assertThat(hello.getJobState()).isEqualTo("unmonitored");
        var beat = heard.nth(FromAgent::hasHeartbeat, 4).getHeartbeat();
        assertThat(beat.getJobState()).isEqualTo("unmonitored");
        assertThat(beat.getVitals().getDisksCount()).isPositive();
        assertThat(agent.client().isWelcomed()).isTrue();
    }

    @Test
    void says_in_its_first_hello_how_the_jobs_are() throws Exception {
        agent.machine.report = JobReport.of("running");

        agent.start();

        assertThat(heard.hello(1).getJobState()).isEqualTo("running");
    }

    @Test
    void finds_the_director_that_lives_wherever_it_begins() throws Exception {
        for (var endpoints :
                List.of(List.of("127.0.0.1:1", director.endpoint()), List.of(director.endpoint(), "127.0.0.1:1"))) {
            try (var other = new TestAgent(
                    authority, folder, "at-" + endpoints.indexOf("127.0.0.1:1"), endpoints.toArray(String[]::new))) {
                other.start();

                assertThat(director.with(other.agentId).hello(1).getAgentId()).isEqualTo(other.agentId);
            }
        }
    }

    @Test
    void tries_on_where_an_endpoint_is_no_endpoint() throws Exception {
        try (var other = new TestAgent(authority, folder, "vm-2", "nowhere", "127.0.0.1:x", director.endpoint())) {
            other.start();

            director.with("vm-2").hello(1);
        }
    }

    @Test
    void finds_a_director_that_comes_later() throws Exception {
        director.close();
        agent.start();

        director = new FakeDirector(authority, director.port());

        director.with(ID).hello(1);
    }

    @Test
    void comes_back_when_the_director_hangs_up_or_hands_over() throws Exception {
        agent.start();
        heard.hello(1);

        heard.hangUp();
        heard.hello(2);
        heard.handOver();

        assertThat(heard.hello(3).getAgentId()).isEqualTo(ID);
    }

    @Test
    void leaves_a_director_that_does_not_welcome_it() throws Exception {
        director.stopWelcoming();
        try (var other = TestAgent.hasty(authority, folder, "vm-2", director.endpoint())) {
            other.start();

            director.with("vm-2").hello(2);
        }
    }

    @Test
    void many_agents_share_their_directors_and_go_to_another_one_when_theirs_is_gone() throws Exception {
        var second = new FakeDirector(authority);
        try (second) {
            for (int i = 0; i < 12; i++) {
                var one = new TestAgent(authority, folder, "i-" + i, director.endpoint(), second.endpoint());
                try (one) {
                    one.start();
                    Await.until("a hello", () -> one.client().isWelcomed());
                }
            }
            assertThat(director.greeted()).isBetween(3L, 9L);
            assertThat(director.greeted() + second.greeted()).isEqualTo(12);

            var moving = new TestAgent(authority, folder, "moving", director.endpoint(), second.endpoint());
            try (moving) {
                moving.start();
                Await.until("a hello", () -> moving.client().isWelcomed());
                boolean isAtFirst = director.with("moving").count(FromAgent::hasHello) > 0;

                (isAtFirst ? director : second).close();

                (isAtFirst ? second : director).with("moving").hello(1);
            }
        }
    }

    @Test
    void goes_to_the_directors_of_its_settings() throws Exception {
        try (var second = new FakeDirector(authority)) {
            director.announce(List.of(second.endpoint()));
            agent.start();
            heard.nth(FromAgent::hasHeartbeat, 1);

            heard.hangUp();

            second.with(ID).hello(1);
        }
    }

    @Test
    void answers_a_repeated_command_from_its_journal_and_does_it_once() throws Exception {
        agent.start();
        heard.hello(1);
        var command = Command.newBuilder().setId("c1");

        var first = heard.carryOut(command);
        heard.send(command);
        var second = heard.result("c1", 2);
        agent.restart();
        heard.hello(2);
        heard.send(command);
        var third = heard.result("c1", 3);

        assertThat(first.hasSuccess()).isTrue();
        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first);
        assertThat(agent.machine.carriedOut).containsExactly("c1");
    }

    @Test
    void accepts_a_command_before_it_is_done_and_again_when_it_is_repeated() throws Exception {
        agent.start();
        heard.hello(1);
        var goOn = new CountDownLatch(1);
        agent.machine.handler = command -> {
            goOn.await();
            return TestMachine.done();
        };

        heard.send(Command.newBuilder().setId("c1"));
        heard.nth(FromAgent::hasAccepted, 1);
        heard.send(Command.newBuilder().setId("c1"));
        heard.nth(FromAgent::hasAccepted, 2);
        goOn.countDown();

        assertThat(heard.result("c1", 1).hasSuccess()).isTrue();
        assertThat(agent.machine.carriedOut).containsExactly("c1");
    }

    @Test
    void repeats_results_in_its_hello_until_they_are_acknowledged() throws Exception {
        agent.start();
        heard.hello(1);
        heard.carryOut(Command.newBuilder().setId("acknowledged"));
        director.stopAcknowledging();
        var result = heard.carryOut(Command.newBuilder().setId("c1"));

        heard.hangUp();
        var second = heard.hello(2);
        agent.restart();
        var third = heard.hello(3);

        assertThat(second.getUnacknowledgedList()).contains(result);
        assertThat(third.getUnacknowledgedList()).containsExactly(result);
    }

    @Test
    void tells_in_its_next_hello_what_it_did_while_nobody_listened() throws Exception {
        agent.start();
        heard.hello(1);
        var isAway = new CountDownLatch(1);
        agent.machine.handler = command -> {
            isAway.await();
            return TestMachine.done();
        };
        heard.send(Command.newBuilder().setId("c1"));
        heard.nth(FromAgent::hasAccepted, 1);

        director.close();
        Await.until("the stream is lost", () -> !agent.client().isWelcomed());
        isAway.countDown();
        Await.until("it is done", () -> agent.machine.carriedOut.contains("c1"));
        director = new FakeDirector(authority, director.port());

        var later = director.with(ID);
        Await.until(
                "the result is told",
                () -> later.count(m -> m.getHello().getUnacknowledgedCount()
                                        + m.getResult().getCommandId().length()
                                > 0)
                        > 0);
    }

    @Test
    void says_of_a_command_that_was_running_when_it_died_that_it_was_interrupted() throws Exception {
        agent.start();
        heard.hello(1);
        var goesOn = new CountDownLatch(1);
        agent.machine.handler = command -> {
            awaitDeafly(goesOn);
            return TestMachine.done();
        };
        heard.send(Command.newBuilder().setId("lost"));
        heard.nth(FromAgent::hasAccepted, 1);

        agent.restart();
        var results = heard.hello(2).getUnacknowledgedList();
        goesOn.countDown();
        Await.until("the command of the dead process comes to its end", () -> agent.machine.carriedOut.size() == 1);
        heard.send(Command.newBuilder().setId("lost"));

        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.getCommandId()).isEqualTo("lost");
            assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.INTERRUPTED);
        });
        assertThat(heard.result("lost", 1)).isEqualTo(results.getFirst());
        assertThat(agent.machine.carriedOut).hasSize(1);
    }

    @Test
    void says_that_it_was_interrupted_where_only_the_beginning_is_on_disk() throws Exception {
        CommandJournal.open(folder.resolve("vm-2"), CommandJournal.Outlives.MACHINE)
                .started("lost");

        try (var other = new TestAgent(authority, folder, "vm-2", director.endpoint())) {
            other.start();

            assertThat(director.with("vm-2").hello(1).getUnacknowledgedList())
                    .singleElement()
                    .satisfies(
                            result -> assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.INTERRUPTED));
        }
    }

    @Test
    void ends_a_command_that_is_cancelled() throws Exception {
        agent.start();
        heard.hello(1);
        agent.machine.handler = command -> {
            new CountDownLatch(1).await();
            return TestMachine.done();
        };
        heard.send(Command.newBuilder().setId("long"));
        heard.nth(FromAgent::hasAccepted, 1);

        var cancelled = heard.carryOut(cancel("cancel", "long"));
        var late = heard.carryOut(cancel("again", "long"));

        assertThat(cancelled.hasSuccess()).isTrue();
        assertThat(heard.result("long", 1).getFailure().getCode()).isEqualTo(Failure.Code.CANCELLED);
        assertThat(late.getFailure().getCode()).isEqualTo(Failure.Code.INVALID);
    }

    @Test
    void ends_a_command_that_takes_longer_than_its_timeout() throws Exception {
        agent.start();
        heard.hello(1);
        agent.machine.handler = command -> {
            new CountDownLatch(1).await();
            return TestMachine.done();
        };

        var result = heard.carryOut(Command.newBuilder().setId("slow").setTimeoutSeconds(1));

        assertThat(result.getFailure().getCode()).isEqualTo(Failure.Code.TIMED_OUT);
    }

    @Test
    void renews_a_certificate_of_which_two_thirds_are_over() throws Exception {
        agent.withCertificateThatEndsIn(Duration.ofMinutes(1)).start();

        heard.hello(2);
        heard.beat(2, "unmonitored");

        assertThat(agent.kept).hasSize(1);
        assertThat(heard.count(FromAgent::hasCertificateRequest)).isEqualTo(1);
    }

    @Test
    void beats_at_once_when_the_jobs_change_and_alerts_when_a_process_died() throws Exception {
        agent.start();
        heard.beat(1, "unmonitored");

        agent.machine.report = new JobReport("running", List.of(), Map.of("web", 7L));
        heard.beat(1, "running");
        agent.machine.report = new JobReport("running", List.of(), Map.of("web", 8L));

        assertThat(heard.nth(FromAgent::hasAlert, 1).getAlert().getTitle())
                .isEqualTo("process web died and was restarted");
    }

    @Test
    void beats_before_it_says_that_jobs_were_started() throws Exception {
        agent.start();
        heard.beat(1, "unmonitored");
        agent.machine.handler = command -> {
            agent.machine.report = JobReport.of("starting");
            return TestMachine.done();
        };

        heard.carryOut(Command.newBuilder().setId("start").setStartJobs(StartJobs.getDefaultInstance()));

        assertThat(heard.count(m -> m.getHeartbeat().getJobState().equals("starting")))
                .isPositive();
    }

    @Test
    void ignores_messages_of_a_later_protocol() throws Exception {
        agent.start();
        heard.hello(1);

        heard.send(ToAgent.getDefaultInstance());

        assertThat(heard.carryOut(Command.newBuilder().setId("c1")).hasSuccess())
                .isTrue();
    }

    private static Command.Builder cancel(String id, String of) {
        return Command.newBuilder()
                .setId(id)
                .setCancel(CancelCommand.newBuilder().setCommandId(of));
    }

    /** As work does that heeds no interrupt. */
    private static void awaitDeafly(CountDownLatch latch) {
        boolean isOver = false;
        while (!isOver) {
            try {
                isOver = latch.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                isOver = false;
            }
        }
    }
}
