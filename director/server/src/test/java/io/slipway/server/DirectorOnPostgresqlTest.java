package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a deployment, with everything that the director keeps in PostgreSQL. */
class DirectorOnPostgresqlTest {

    @Test
    void a_deployment_lives_on_when_the_director_dies_and_comes_back(@TempDir Path folder) throws Exception {
        try (var server = start();
                var director = director(folder, server)) {
            assertDone(director, director.api().deploy(TinyRelease.manifest("d", 3, "one", "small")));

            director.die();
            director.start();

            var before = director.api().get("/deployments/d/instances").findValuesAsText("cid");
            assertThat(before).hasSize(3).doesNotContain("");
            assertDone(director, director.api().deploy(TinyRelease.manifest("d", 3, "one", "small")));
            assertDone(director, director.api().deploy(TinyRelease.manifest("d", 2, "two", "large")));
            assertThat(director.api().get("/deployments/d/instances").findValuesAsText("cid"))
                    .hasSize(2)
                    .isSubsetOf(before);
            assertDone(director, director.api().delete("/deployments/d"));
            assertThat(director.infrastructure().listVms()).isEmpty();
        }
    }

    @Test
    void links_are_known_and_made_and_forgotten(@TempDir Path folder) throws Exception {
        try (var server = start();
                var director = director(folder, server)) {
            var api = director.api();
            assertDone(director, api.deploy(TinyRelease.manifestWithLinks("d")));
            assertDone(director, api.deploy(TinyRelease.manifestWithLinks("d")));
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
            assertDone(director, api.delete("/deployments/d"));
            api.remove("/links/" + links.at("/0/id").asText(), 404);
        }
    }

    private static SimulatedDirector director(Path folder, EmbeddedPostgres server) throws Exception {
        return SimulatedDirector.withRelease(
                folder,
                ServerSettings.Tasks.DEFAULT,
                Optional.of(new ServerSettings.DatabaseAddress(
                        server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres")));
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException | IllegalStateException impossible) {
            return Assumptions.abort(
                    "PostgreSQL does not start here (as root it needs user namespaces): " + impossible);
        }
    }

    private static void assertDone(SimulatedDirector director, long task) throws Exception {
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
    }
}
