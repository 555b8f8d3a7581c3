package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmDescription;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.server.CrashPoints.Moment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A first deploy comes to nothing, and the director dies at each of its writes, also while it takes back what it prepared. */
class UndoneDeployTest {
    /** More than such a deploy takes writes; that is checked. */
    private static final List<String> DEPLOYMENTS =
            IntStream.range(0, 28).mapToObj(number -> "d-" + number).toList();

    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void what_it_left_half_taken_back_is_nobodys_and_nothing_is_made_twice(Moment moment, @TempDir Path folder)
            throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, new TaskLimits(DEPLOYMENTS.size(), 10, 2000))) {
            for (String name : DEPLOYMENTS) {
                director.api().done(director.api().upload("/releases", TinyRelease.release(name, name)));
            }
            var broken = director.faults()
                    .agents(vm -> true)
                    .times(1_000_000)
                    .inject(new AgentFault.FailCommand(
                            Command.BodyCase.COMPILE_PACKAGE,
                            Failure.newBuilder()
                                    .setCode(Failure.Code.SCRIPT_FAILED)
                                    .setMessage("no compiler")
                                    .build()));

            new KillAtEveryWrite(director, moment, DEPLOYMENTS, Set.of("done", "error"))
                    .of(
                            "a deploy that fails",
                            (api, name) -> api.deploy(TinyRelease.manifest(name, name, 2)),
                            broken::lift);

            for (String name : DEPLOYMENTS) {
                director.api().done(director.api().deploy(TinyRelease.manifest(name, name, 2)));
            }
            var vms = new ArrayList<String>();
            var addresses = new ArrayList<String>();
            for (String name : DEPLOYMENTS) {
                var instances = director.api().get("/deployments/" + name + "/instances");
                assertThat(instances).as(name).hasSize(2);
                instances.forEach(instance -> {
                    vms.add(instance.path("cid").asText());
                    addresses.add(instance.at("/ips/0").asText());
                });
            }
            assertThat(director.infrastructure().listVms().stream()
                            .map(VmDescription::cid)
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(vms);
            assertThat(addresses).doesNotHaveDuplicates();
            for (String name : DEPLOYMENTS) {
                director.api().done(director.api().delete("/deployments/" + name));
            }
            assertThat(director.infrastructure().listVms()).isEmpty();
        }
    }
}
