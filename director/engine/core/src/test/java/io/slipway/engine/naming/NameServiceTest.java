package io.slipway.engine.naming;

import static io.slipway.engine.naming.NamingWorld.instance;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.SessionCommand;
import io.slipway.protocol.agent.v1.Apply;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Prepare;
import io.slipway.protocol.agent.v1.Success;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameServiceTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Hello WITH_JOBS =
            Hello.newBuilder().setAppliedSpec(ApplySpec.getDefaultInstance()).build();
    private static ActorTestKit kit;

    private NamingWorld world;
    private NameService service;

    @BeforeAll
    static void startKit() {
        kit = ActorTestKit.create();
    }

    @AfterAll
    static void stopKit() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        world = new NamingWorld(folder);
        world.put(instance("a", "web", 0, "10.0.0.1", "running"));
        service = world.service();
        service.start();
    }

    @AfterEach
    void stop() {
        service.close();
        world.close();
    }

    @Test
    void an_agent_that_connects_gets_what_it_lacks() throws Exception {
        var agent = connected(WITH_JOBS);

        var sync = next(agent).getSyncDns();

        assertThat(sync.getVersion()).isEqualTo(1);
        assertThat(sync.getHealthVersion()).isEqualTo(1);
        assertThat(sync.getRecords().getUrl()).endsWith(sync.getRecords().getSha256());
        assertThat(world.text(world.publisher().latest().records())).contains("a.web.default.dep.bosh");
    }

    @Test
    void an_agent_that_has_all_hears_nothing() throws Exception {
        next(connected(WITH_JOBS));

        connected(WITH_JOBS.toBuilder().setDnsVersion(1).setDnsHealthVersion(1).build())
                .expectNoMessage(Duration.ofMillis(300));
    }

    @Test
    void an_agent_without_jobs_hears_nothing_until_it_is_told_to_apply_a_spec() {
        next(connected(WITH_JOBS));
        var agent = connected(Hello.getDefaultInstance());
        service.agents()
                .ordered(
                        agent.getRef(),
                        command().setPrepare(Prepare.getDefaultInstance()).build());
        agent.expectNoMessage(Duration.ofMillis(300));

        service.agents()
                .ordered(
                        agent.getRef(),
                        command().setApply(Apply.getDefaultInstance()).build());

        var sync = next(agent);
        assertThat(sync.getSyncDns().getVersion()).isEqualTo(1);
        service.agents()
                .ordered(
                        agent.getRef(),
                        command().setApply(Apply.getDefaultInstance()).build());
        answer(agent, sync, true);
        agent.expectNoMessage(Duration.ofMillis(300));
        var changed = instance("b", "web", 1, "10.0.0.2", "starting");
        world.put(changed);
        service.noticed(changed);
        assertThat(next(agent).getSyncDns().getVersion()).isEqualTo(2);
    }

    @Test
    void a_row_that_says_something_new_reaches_agents_at_once() {
        var agent = connected(WITH_JOBS);
        answer(agent, next(agent), true);
        var changed = instance("b", "web", 1, "10.0.0.2", "starting");
        world.put(changed);

        service.noticed(changed);

        var sync = next(agent);
        assertThat(sync.getSyncDns().getVersion()).isEqualTo(2);
        assertThat(sync.getSyncDns().getHealthVersion()).isEqualTo(2);
        answer(agent, sync, true);
        service.noticed(changed);
        agent.expectNoMessage(Duration.ofMillis(300));
    }

    @Test
    void a_burst_becomes_few_versions_and_a_slow_agent_skips_some() {
        var agent = connected(WITH_JOBS);
        var first = next(agent);
        for (int i = 0; i < 200; i++) {
            var row = instance("b" + i, "web", i + 1, "10.0.1." + i, "running");
            world.put(row);
            service.noticed(row);
        }
        agent.expectNoMessage(Duration.ofMillis(300));
        long newest = world.publisher().latest().records().number();

        answer(agent, first, true);

        var second = next(agent).getSyncDns();
        assertThat(second.getVersion()).isGreaterThan(1).isLessThan(20);
        assertThat(newest).isLessThan(20);
    }

    @Test
    void an_agent_that_failed_is_told_again() {
        var agent = connected(WITH_JOBS);
        var first = next(agent);

        answer(agent, first, false);

        var again = next(agent);
        assertThat(again.getId()).isNotEqualTo(first.getId());
        assertThat(again.getSyncDns()).isEqualTo(first.getSyncDns());
    }

    @Test
    void what_another_director_published_is_announced() throws Exception {
        var agent = connected(WITH_JOBS);
        answer(agent, next(agent), true);
        world.put(instance("b", "web", 1, "10.0.0.2", "running"));

        world.publisher().publish();

        assertThat(next(agent).getSyncDns().getVersion()).isEqualTo(2);
    }

    @Test
    void many_agents_get_one_small_command_each() {
        next(connected(WITH_JOBS));
        var agents = new ArrayList<TestProbe<SessionCommand>>();
        for (int i = 0; i < 100; i++) {
            agents.add(connected(WITH_JOBS));
        }

        for (var agent : agents) {
            var command = next(agent);
            assertThat(command.getSerializedSize()).isLessThan(600);
            answer(agent, command, true);
            agent.expectNoMessage(Duration.ZERO);
        }
    }

    private TestProbe<SessionCommand> connected(Hello hello) {
        var probe = kit.<SessionCommand>createTestProbe();
        service.agents()
                .connected(new AgentId(AgentId.Owner.INSTANCE, UUID.randomUUID().toString(), 1), hello, probe.getRef());
        return probe;
    }

    private static Command.Builder command() {
        return Command.newBuilder().setId(UUID.randomUUID().toString());
    }

    private static Command next(TestProbe<SessionCommand> agent) {
        try {
            return Command.parseFrom(
                    agent.expectMessageClass(SessionCommand.Send.class, SOON).command());
        } catch (com.google.protobuf.InvalidProtocolBufferException broken) {
            throw new AssertionError(broken);
        }
    }

    private void answer(TestProbe<SessionCommand> agent, Command command, boolean isGood) {
        var result = CommandResult.newBuilder().setCommandId(command.getId());
        if (isGood) {
            result.setSuccess(Success.getDefaultInstance());
        } else {
            result.setFailure(Failure.newBuilder().setMessage("no blob"));
        }
        assertThat(service.agents().answered(agent.getRef(), result.build())).isTrue();
    }
}
