package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmDescription;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.engine.deployment.DeploymentEvent;
import io.slipway.engine.instance.InstanceEvent;
import io.slipway.store.DatabaseSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL is away for a while, in the midst of several pieces of work; nobody restarts the director. */
class PostgresqlAwayTest {
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration RETURN = Duration.ofSeconds(15);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final List<String> DEPLOYMENTS =
            IntStream.range(0, 4).mapToObj(number -> "d-" + number).toList();
    private static final int INSTANCES = 10;
    private static final int RELEASES = 8;

    /** When it goes away. */
    private enum Point {
        BEGINNING,
        MIDDLE,
        END
    }

    @Test
    void deploys_go_on_after_a_short_absence(@TempDir Path folder) throws Exception {
        deploy(folder, Point.MIDDLE, SHORT);
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource(Point.class)
    void deploys_go_on_after_half_a_minute(Point point, @TempDir Path folder) throws Exception {
        deploy(folder, point, LONG);
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource(Point.class)
    void errands_go_on_after_half_a_minute(Point point, @TempDir Path folder) throws Exception {
        try (var place = Place.open(folder)) {
            var api = place.director().api();
            place.director().api().done(api.upload("/releases", TinyRelease.releaseWithErrand("errands", "word")));
            place.director()
                    .api()
                    .done(api.deploy(TinyRelease.manifest("d", "errands", 3)
                            .replace("jobs: [", "jobs: [{name: check, release: errands}, ")));

            long errand = api.taskOf("/deployments/d/errands/check/runs", "{\"instances\":[]}");
            place.await(() -> place.notes() >= point.ordinal());
            place.beAway(LONG, List.of(errand));

            place.director().api().done(errand);
            place.checkRest();
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource(Point.class)
    void uploads_go_on_after_half_a_minute(Point point, @TempDir Path folder) throws Exception {
        try (var place = Place.open(folder)) {
            var api = place.director().api();
            var uploads = new ArrayList<Long>();
            for (int number = 0; number < RELEASES; number++) {
                uploads.add(api.upload("/releases", TinyRelease.release("r-" + number, "word-" + number)));
                if (number == Math.min(4 * point.ordinal(), RELEASES - 1)) {
                    place.cut();
                    LockSupport.parkNanos(LONG.toNanos());
                    place.mend();
                }
            }

            for (long upload : uploads) {
                place.director().api().done(upload);
            }
            assertThat(api.get("/releases")).hasSize(RELEASES + 1);
            place.checkRest();
        }
    }

    private static void deploy(Path folder, Point point, Duration away) throws Exception {
        try (var place = Place.open(folder)) {
            var api = place.director().api();
            place.director().api().done(api.deploy(TinyRelease.manifest("first", 1, "one", "small")));
            long before = place.goals();
            var deploys = new ArrayList<Long>();
            for (String name : DEPLOYMENTS) {
                deploys.add(api.deploy(TinyRelease.manifest(name, INSTANCES, "one", "small")));
            }

            int all = DEPLOYMENTS.size() * INSTANCES;
            place.await(() -> switch (point) {
                case BEGINNING -> true;
                case MIDDLE -> place.goals() >= before + all / 2;
                case END -> place.goals() >= before + all - 1;
            });
            place.beAway(away, deploys);

            for (long deploy : deploys) {
                place.director().api().done(deploy);
            }
            var vms = new ArrayList<String>();
            for (String name : DEPLOYMENTS) {
                var instances = api.get("/deployments/" + name + "/instances");
                assertThat(instances).hasSize(INSTANCES);
                vms.addAll(instances.findValuesAsText("cid"));
            }
            vms.addAll(api.get("/deployments/first/instances").findValuesAsText("cid"));
            assertThat(place.director().infrastructure().listVms().stream()
                            .map(VmDescription::cid)
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(vms);
            place.checkRest();
            place.director().api().done(api.deploy(TinyRelease.manifest(DEPLOYMENTS.getFirst(), 1, "two", "small")));
        }
    }

    /** A director whose database can be away. */
    private record Place(Postgresql server, CutOff way, SimulatedDirector director) implements AutoCloseable {
        static Place open(Path folder) throws Exception {
            var server = Postgresql.start();
            var way = CutOff.before(server.port());
            var settings = server.settings();
            var director = SimulatedDirector.withRelease(
                    folder,
                    TaskLimits.DEFAULT,
                    Optional.of(new DatabaseSettings(
                            settings.url().replace(":" + server.port() + "/", ":" + way.port() + "/"),
                            settings.user(),
                            settings.password())));
            return new Place(server, way, director);
        }

        void cut() {
            way.cut();
        }

        /** Returns when the director has found it again, by itself. */
        void mend() throws Exception {
            way.mend();
            long deadline = System.nanoTime() + RETURN.toNanos();
            while (director.api().status("/tasks") != 200) {
                assertThat(System.nanoTime()).as("found again").isLessThan(deadline);
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }

        /** Meanwhile the director answers, if only that its database does not. */
        void beAway(Duration duration, List<Long> tasks) throws Exception {
            cut();
            long end = System.nanoTime() + duration.toNanos();
            var statuses = new ArrayList<Integer>();
            while (System.nanoTime() < end) {
                assertThat(director.api().status("/info")).isEqualTo(200);
                for (long task : tasks) {
                    statuses.add(director.api().status("/tasks/" + task));
                }
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
            assertThat(statuses).isNotEmpty().containsAnyOf(200, 503).isSubsetOf(200, 503);
            mend();
        }

        long goals() {
            return count(InstanceEvent.GoalReached.class);
        }

        long notes() {
            return count(DeploymentEvent.RunNoted.class);
        }

        private long count(Class<?> event) {
            return director.crashPoints().all().stream()
                    .filter(written -> event.isInstance(written.event()))
                    .count();
        }

        void await(BooleanSupplier condition) {
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            }
        }

        void checkRest() throws Exception {
            assertThat(director.api().get("/locks")).isEmpty();
            assertThat(director.api().get("/tasks?verbose=2&state=queued,processing,cancelling"))
                    .isEmpty();
        }

        @Override
        public void close() throws Exception {
            director.close();
            way.close();
            server.close();
        }
    }
}
