package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 'up --directors 3' and what becomes of it when its processes end, with directors that only answer. */
class UpWithSeveralDirectorsTest {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private @Nullable FakeInstallation installation;

    @BeforeEach
    void layOut() throws Exception {
        installation = new FakeInstallation(folder, cache);
    }

    @AfterEach
    void stopWhatIsLeft() {
        var group = group();
        group.supervisor().ifPresent(ProcessHandle::destroyForcibly);
        pids(group).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        group.postgresql().find().ifPresent(ProcessHandle::destroyForcibly);
        installation().process().find().ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void brings_up_three_changes_nothing_the_second_time_and_takes_down() throws Exception {
        up("--directors", "3");
        List<Long> pids = pids(group());
        assertThat(pids).hasSize(3);
        assertThat(group().isUp()).isTrue();
        JsonNode target = new YAMLMapper().readTree(Files.readString(folder.resolve(".config/slipway/config.yml")));
        assertThat(target.path("directors")).hasSize(3);

        var second = up();
        assertThat(second.out()).startsWith("Everything was up already: nothing was changed.");
        assertThat(second.err()).isEmpty();
        assertThat(pids(group())).isEqualTo(pids);

        var down = new CliRun(folder);
        assertThat(installation().down(down)).as(down.err()).isZero();
        assertThat(down.err()).contains("Stopped 3 directors and PostgreSQL");
        assertThat(group().isRunning()).isFalse();
        assertThat(installation().data().root().resolve("power-off-was-run")).exists();
        assertThat(group().postgresql().exists()).isTrue();

        var again = up();
        assertThat(again.err()).contains("Started PostgreSQL", "Started 3 directors");

        var purged = new CliRun(folder);
        assertThat(installation().down(purged, "--purge", "-y"))
                .as(purged.err())
                .isZero();
        assertThat(installation().data().root()).doesNotExist();
        assertThat(folder.resolve("data-postgresql")).doesNotExist();
    }

    @Test
    void starts_again_who_was_killed_and_who_is_frozen_and_the_database() throws Exception {
        up("--directors", "3", "--no-cluster");
        List<Long> pids = pids(group());

        kill("-KILL", pids.get(1));
        await(
                "a killed one is there again",
                () -> group().isUp() && !pids(group()).equals(pids));
        List<Long> second = pids(group());
        assertThat(second.get(0)).isEqualTo(pids.get(0));
        assertThat(second.get(2)).isEqualTo(pids.get(2));

        kill("-STOP", pids.get(2));
        await(
                "a frozen one was killed and is there again",
                () -> group().isUp() && !pids(group()).get(2).equals(pids.get(2)));

        long database = group().postgresql().find().orElseThrow().pid();
        kill("-KILL", database);
        await("the database is there again", () -> group().postgresql()
                .find()
                .filter(found -> found.pid() != database)
                .isPresent());
    }

    @Test
    void takes_over_directors_whose_supervisor_was_killed() throws Exception {
        up("--directors", "3", "--no-cluster");
        List<Long> pids = pids(group());
        ProcessHandle supervisor = group().supervisor().orElseThrow();
        supervisor.destroyForcibly();
        await("the supervisor is gone", () -> !supervisor.isAlive());
        assertThat(pids(group())).isEqualTo(pids);

        var again = up("--no-cluster");

        assertThat(pids(group())).as("processes").isEqualTo(pids);
        assertThat(group().supervisor()).isPresent();
        assertThat(again.out()).doesNotContain("nothing was changed");
        kill("-KILL", pids.get(0));
        await("they are looked after", () -> group().isUp() && !pids(group()).equals(pids));
    }

    @Test
    void ends_all_without_a_supervisor_too() throws Exception {
        up("--directors", "3", "--no-cluster");
        group().supervisor().orElseThrow().destroyForcibly();

        var down = new CliRun(folder);
        assertThat(installation().down(down)).as(down.err()).isZero();

        assertThat(group().isRunning()).isFalse();
        assertThat(pids(group())).isEmpty();
    }

    @Test
    void one_director_becomes_three_when_that_is_wanted() throws Exception {
        up("--no-cluster");
        var refused = new CliRun(folder);
        assertThat(installation().up(refused, "--directors", "3", "--no-cluster"))
                .isNotZero();
        assertThat(refused.err()).contains("run this again with --migrate");
        assertThat(installation().process().find()).isPresent();

        var moved = up("--directors", "3", "--no-cluster", "--migrate");

        assertThat(moved.err())
                .contains(
                        "Stopped the director", "Moved the director's database into PostgreSQL", "Started 3 directors");
        assertThat(installation().data().root().resolve("migrate-database-was-run"))
                .content()
                .contains(
                        "migrate-database --to " + installation().data().root().resolve("run/migration.yml"));
        assertThat(pids(group())).hasSize(3);
        var other = new CliRun(folder);
        assertThat(installation().up(other, "--directors", "5", "--no-cluster")).isNotZero();
        assertThat(other.err()).contains("there are 3 directors");
    }

    @Test
    void asks_on_a_terminal_before_it_moves() throws Exception {
        up("--no-cluster");

        var refused = new CliRun(folder).onTerminal().answering("n\n");
        assertThat(installation().up(refused, "--directors", "3", "--no-cluster"))
                .isNotZero();
        assertThat(refused.err()).contains("Do you want 3 directors? (y/n)", "--migrate");

        var agreed = new CliRun(folder).onTerminal().answering("y\n");
        assertThat(installation().up(agreed, "--directors", "3", "--no-cluster"))
                .as(agreed.err())
                .isZero();
        assertThat(pids(group())).hasSize(3);
    }

    @Test
    void tells_the_last_words_of_one_that_does_not_start_and_leaves_nothing_running() throws Exception {
        Files.createFile(folder.resolve("fail-to-start"));

        var run = new CliRun(folder);
        assertThat(installation().up(run, "--directors", "3")).isNotZero();

        assertThat(run.err()).contains("director 1 ended again and again while it started", "the database is corrupt");
        assertThat(group().supervisor()).isEmpty();
        assertThat(group().postgresql().find()).isEmpty();
        assertThat(pids(group())).isEmpty();
    }

    @Test
    void moves_no_database_under_a_director_that_runs() throws Exception {
        up("--no-cluster");
        Path settings = installation().data().settings();
        var refused = new CliRun(folder);

        assertThat(installation().migrate(refused, "--to", settings.toString())).isNotZero();
        assertThat(refused.err()).contains("stop it with 'slipway down' first");

        assertThat(installation().down(new CliRun(folder))).isZero();
        var moved = new CliRun(folder);
        assertThat(installation().migrate(moved, "--to", settings.toString()))
                .as(moved.err())
                .isZero();
        assertThat(installation().data().root().resolve("migrate-database-was-run"))
                .exists();
    }

    private CliRun up(String... options) throws IOException {
        var run = new CliRun(folder);
        assertThat(installation().up(run, options)).as(run.err()).isZero();
        return run;
    }

    private FakeInstallation installation() {
        return Objects.requireNonNull(installation);
    }

    private DirectorGroup group() {
        return installation().group();
    }

    private static List<Long> pids(DirectorGroup group) {
        List<Long> pids = new ArrayList<>();
        group.members().forEach(member -> member.process().find().ifPresent(process -> pids.add(process.pid())));
        return pids;
    }

    private static void kill(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
