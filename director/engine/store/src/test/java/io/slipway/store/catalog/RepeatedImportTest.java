package io.slipway.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.release.ParsedJob;
import io.slipway.model.release.ParsedPackage;
import io.slipway.model.release.ParsedRelease;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.DatabaseAreas;
import io.slipway.store.catalog.ReleaseCatalog.ReleaseHeader;
import io.slipway.store.member.TaskRunners;
import io.slipway.store.member.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An import whose director dies, or is taken for dead, and that another one does again. */
class RepeatedImportTest {
    private static final byte[] ORDER = {1};
    /** Two packages, a job, and the entry into the catalog. */
    private static final int STEPS = 4;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void whichever_step_was_the_last_there_is_one_version_in_the_end(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            for (int done = 0; done <= STEPS; done++) {
                String name = "r" + done;
                var former = steps(director(database, "a" + done), name, runners.put(done + 1, "a", ORDER));
                for (var step : former.subList(0, done)) {
                    step.call();
                }

                var later = steps(
                        director(database, "b" + done),
                        name,
                        runners.take(done + 1, "a", "b").orElseThrow());
                String version = all(later);

                assertThat(version).isEqualTo("1+dev.1");
                assertThat(versions(database, name)).containsExactly("1+dev.1");
                // It wakes up, and was taken for dead.
                var rest = former.subList(done, STEPS);
                if (!rest.isEmpty()) {
                    assertThatThrownBy(() -> all(rest)).isInstanceOf(Turn.Lost.class);
                }
                assertThat(versions(database, name)).containsExactly("1+dev.1");
                assertWhole(database, name);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_two_at_once_one_enters_it(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            for (int round = 1; round <= 10; round++) {
                String name = "r" + round;
                var former = steps(director(database, "a" + round), name, runners.put(round, "a", ORDER));
                long task = round;

                var first = CompletableFuture.supplyAsync(() -> {
                    try {
                        return all(former);
                    } catch (Turn.Lost lost) {
                        return "lost";
                    }
                });
                var turn = runners.take(task, "a", "b").orElseThrow();
                String second = all(steps(director(database, "b" + round), name, turn));

                assertThat(second).isEqualTo("1+dev.1");
                assertThat(first.join()).isIn("lost", "1+dev.1");
                assertThat(versions(database, name)).containsExactly("1+dev.1");
                assertWhole(database, name);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_lies_half_written_is_in_nobodys_way(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            for (int i = 0; i < 3; i++) {
                String id = UUID.randomUUID().toString();
                database.jdbi().useTransaction(handle -> {
                    handle.execute("INSERT INTO blobs (id, area, size_bytes) VALUES (?, 'blobs', 0)", id);
                    handle.execute(
                            "INSERT INTO blob_chunks (blob, number, content) VALUES (?, 0, ?)", id, new byte[] {1});
                });
            }

            all(steps(director(database, "b"), "r", new TaskRunners(database.jdbi()).put(1, "b", ORDER)));

            assertWhole(database, "r");
        }
    }

    private record Director(ReleaseImport imports, Path folder) {}

    private Director director(Database database, String name) throws IOException {
        var blobs = blobs(database, name);
        var releases = new ReleaseCatalog(database.jdbi(), blobs);
        return new Director(
                new ReleaseImport(database.jdbi(), blobs, releases, new CompiledPackageCatalog(database.jdbi(), blobs)),
                folder);
    }

    private Blobs blobs(Database database, String director) throws IOException {
        return new DatabaseAreas(database.jdbi(), folder.resolve("copies-" + director)).area("blobs");
    }

    /** Each returns the version, if it is known by then. */
    private static List<Callable<String>> steps(Director director, String name, Turn turn) throws IOException {
        ParsedRelease release = new SmallRelease(name, "1+dev.7")
                .source("lib", name + "-lib", "make lib")
                .source("app", name + "-app", "make app", "lib")
                .job("web", name + "-web", "app")
                .read(director.folder());
        var draft = director.imports().draft(release, false);
        var steps = new ArrayList<Callable<String>>();
        for (ParsedPackage one : draft.newPackages()) {
            steps.add(() -> {
                draft.store(one);
                return "";
            });
        }
        for (ParsedJob job : draft.newJobs()) {
            steps.add(() -> {
                draft.store(job);
                return "";
            });
        }
        steps.add(() -> draft.commit(true, turn));
        return steps;
    }

    private static String all(List<Callable<String>> steps) {
        String last = "";
        for (var step : steps) {
            try {
                last = step.call();
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
        return last;
    }

    private List<String> versions(Database database, String name) throws IOException {
        return new ReleaseCatalog(database.jdbi(), blobs(database, "reader"))
                .list().stream()
                        .filter(release -> release.name().equals(name))
                        .map(ReleaseHeader::version)
                        .toList();
    }

    private void assertWhole(Database database, String name) throws IOException {
        var blobs = blobs(database, "reader");
        var found =
                new ReleaseCatalog(database.jdbi(), blobs).find(name, "latest").orElseThrow();
        assertThat(found.packages()).hasSize(2);
        found.packages().values().forEach(one -> assertThat(one.blobSha256())
                .hasValueSatisfying(sha256 -> assertThat(blobs.has(sha256)).isTrue()));
        found.jobs().values().forEach(job -> assertThat(blobs.has(job.blobSha256()))
                .isTrue());
    }
}
