package io.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded database outlives: the death of its process, and that of its threads. */
class DurabilityTest {
    private static final int KILLED = 137;

    @TempDir
    Path directory;

    /** Commits, and dies without any word to the database. */
    public static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            var database = Database.open(DatabaseSettings.embedded(Path.of(arguments[0])));
            database.jdbi().useHandle(handle -> handle.execute("CREATE TABLE kept (number INT)"));
            for (int number = 1; number <= 3; number++) {
                int next = number;
                database.jdbi().useTransaction(handle -> handle.execute("INSERT INTO kept VALUES (?)", next));
            }
            Runtime.getRuntime().halt(KILLED);
        }
    }

    @Test
    void what_is_committed_outlives_the_process() throws Exception {
        var victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        assertThat(victim.waitFor()).isEqualTo(KILLED);

        try (var database = Database.open(DatabaseSettings.embedded(directory))) {
            assertThat(kept(database.jdbi())).isEqualTo(3);
        }
    }

    @Test
    void a_thread_that_is_interrupted_while_it_writes_leaves_the_database_to_others() {
        try (var database = Database.open(DatabaseSettings.embedded(directory))) {
            var jdbi = database.jdbi();
            jdbi.useHandle(handle -> handle.execute("CREATE TABLE kept (number INT)"));

            jdbi.useHandle(handle -> {
                Thread.currentThread().interrupt();
                handle.execute("INSERT INTO kept VALUES (1)");
            });

            assertThat(Thread.interrupted()).isTrue();
            jdbi.useHandle(handle -> handle.execute("INSERT INTO kept VALUES (2)"));
            assertThat(kept(jdbi)).isEqualTo(2);
        }
    }

    private static int kept(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM kept")
                .mapTo(Integer.class)
                .one());
    }
}
