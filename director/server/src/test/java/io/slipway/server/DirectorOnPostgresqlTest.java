package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a deployment, with everything that the director keeps in PostgreSQL. */
class DirectorOnPostgresqlTest {

    @Test
    void a_deployment_lives_on_when_the_director_dies_and_comes_back(@TempDir Path folder) throws Exception {
        try (var server = Postgresql.start();
                var director = director(folder, server)) {
            director.api().done(director.api().deploy(TinyRelease.manifest("d", 3, "one", "small")));

            director.die();
            director.start();

            var before = director.api().get("/deployments/d/instances").findValuesAsText("cid");
            assertThat(before).hasSize(3).doesNotContain("");
            director.api().done(director.api().deploy(TinyRelease.manifest("d", 3, "one", "small")));
            director.api().done(director.api().deploy(TinyRelease.manifest("d", 2, "two", "large")));
            assertThat(director.api().get("/deployments/d/instances").findValuesAsText("cid"))
                    .hasSize(2)
                    .isSubsetOf(before);
            director.api().done(director.api().delete("/deployments/d"));
            assertThat(director.infrastructure().listVms()).isEmpty();
        }
    }

    @Test
    void links_are_known_and_made_and_forgotten(@TempDir Path folder) throws Exception {
        try (var server = Postgresql.start();
                var director = director(folder, server)) {
            var api = director.api();
            director.api().done(api.deploy(TinyRelease.manifestWithLinks("d")));
            director.api().done(api.deploy(TinyRelease.manifestWithLinks("d")));
            String provider =
                    api.get("/link_providers?deployment=d").at("/0/id").asText();

            api.post(
                    "/links",
                    "{\"link_provider_id\":\"" + provider
                            + "\",\"link_consumer\":{\"owner_object\":{\"name\":\"me\",\"type\":\"external\"}}}",
                    200);

            var links = api.get("/links?deployment=d");
            assertThat(links.findValuesAsText("name")).containsExactly("common_name", "where");
            assertThat(links.findValuesAsText("link_provider_id")).containsExactly(provider, provider);
            api.remove("/links/" + links.at("/1/id").asText(), 204);
            assertThat(api.get("/link_consumers?deployment=d")).hasSize(1);
            director.api().done(api.delete("/deployments/d"));
            api.remove("/links/" + links.at("/0/id").asText(), 404);
        }
    }

    /** PostgreSQL takes no text with a NUL: what cannot be stored must not keep a run from its end. */
    @Test
    void what_an_agent_says_ends_a_deploy_whatever_is_in_it(@TempDir Path folder) throws Exception {
        try (var server = Postgresql.start();
                var director = director(folder, server)) {
            String text = "out\0 of\u0007 \ud800 luck " + "x".repeat(100_000);
            var failure = Failure.newBuilder()
                    .setCode(Failure.Code.SCRIPT_FAILED)
                    .setMessage(text)
                    .setOutputTail(text);
            director.faults()
                    .agents(vm -> true)
                    .inject(new AgentFault.FailCommand(Command.BodyCase.APPLY, failure.build()));

            var ended = director.api().ended(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));

            assertThat(ended.path("state").asText()).isEqualTo("error");
            assertThat(ended.path("result").asText()).contains("out").doesNotContain("\0");
            assertThat(director.api().get("/locks")).isEmpty();
            director.api().done(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));
        }
    }

    private static SimulatedDirector director(Path folder, Postgresql server) throws Exception {
        return SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT, Optional.of(server.settings()));
    }
}
