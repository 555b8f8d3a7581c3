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
                var director = SimulatedDirector.withRelease(
                        folder,
                        ServerSettings.Tasks.DEFAULT,
                        Optional.of(new ServerSettings.DatabaseAddress(
                                server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres")))) {
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
