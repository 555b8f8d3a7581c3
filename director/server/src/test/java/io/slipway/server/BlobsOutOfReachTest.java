package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.cpi.simulated.fault.Rule;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.protocol.agent.v1.Command.BodyCase;
import io.slipway.protocol.agent.v1.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that cannot fetch or put blobs, as while the director was away for longer than they are patient. */
class BlobsOutOfReachTest {
    private static final String REASON = "cannot fetch https://director/blobs/b: Connection refused";
    private static final Failure UNREACHABLE = Failure.newBuilder()
            .setCode(Failure.Code.UNREACHABLE)
            .setMessage(REASON)
            .build();

    private static SimulatedDirector director;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    @AfterEach
    void reach() {
        director.faults().lift();
    }

    @Test
    void a_compilation_is_ordered_anew() throws Exception {
        var rule = outOfReach(BodyCase.COMPILE_PACKAGE, 2);

        assertThat(deploy("compiled").path("state").asText()).isEqualTo("done");

        assertThat(rule.struck()).isEqualTo(2);
        assertThat(compilationVms()).isEmpty();
    }

    @Test
    void a_step_of_an_instance_is_ordered_anew() throws Exception {
        var rule = outOfReach(BodyCase.APPLY, 2);

        assertThat(deploy("applied").path("state").asText()).isEqualTo("done");

        assertThat(rule.struck()).isEqualTo(2);
    }

    @Test
    void what_stays_out_of_reach_is_told() throws Exception {
        outOfReach(BodyCase.COMPILE_PACKAGE, Integer.MAX_VALUE);

        var ended = deploy("hopeless");

        assertThat(ended.path("state").asText()).isEqualTo("error");
        assertThat(ended.path("result").asText()).contains("Failed to compile package 'hopeless': " + REASON);
        assertThat(compilationVms()).isEmpty();
    }

    private static Rule outOfReach(BodyCase command, int times) {
        Predicate<VmDescription> all = vm -> true;
        return director.faults().agents(all).times(times).inject(new AgentFault.FailCommand(command, UNREACHABLE));
    }

    /** A release, with a package of its own, and a deployment of this name. */
    private static JsonNode deploy(String name) throws Exception {
        var api = director.api();
        api.ended(api.upload("/releases", TinyRelease.release(name, name)));
        return api.ended(api.deploy(TinyRelease.manifest(name, name, 1)));
    }

    private static List<VmDescription> compilationVms() {
        return director.infrastructure().listVms().stream()
                .filter(vm -> vm.metadata().containsKey("compiling"))
                .toList();
    }
}
