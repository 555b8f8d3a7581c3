package io.slipway.store.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Conflicts.Work;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.lease.Leases.Lost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two directors on one database, one of which may be dead or frozen. */
class LeasesTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    /** Nothing runs out while a test runs. */
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void a_thing_is_dealt_with_by_one_at_a_time(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var a = new Leases(database.jdbi(), "a", LONG);
                var b = new Leases(database.jdbi(), "b", LONG);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var inside = new AtomicInteger();
            var most = new AtomicInteger();
            var work = new ArrayList<Callable<Integer>>();
            for (int number = 0; number < 12; number++) {
                var leases = number % 2 == 0 ? a : b;
                work.add(() -> {
                    try (var lease = leases.hold("disk", "key")) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        lease.confirm();
                        return inside.decrementAndGet();
                    }
                });
            }

            for (var done : threads.invokeAll(work)) {
                done.get();
            }

            assertThat(most).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_lasts_as_long_as_its_director_renews_it(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var a = new Leases(database.jdbi(), "a", SHORT);
                var b = new Leases(database.jdbi(), "b", SHORT);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lease = a.hold("vm", "agent");
            var other = threads.submit(() -> b.hold("vm", "agent"));

            assertThatThrownBy(() -> other.get(4 * SHORT.toMillis(), TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);

            lease.confirm();
            lease.close();
            other.get(20, TimeUnit.SECONDS).confirm();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_frozen_director_that_wakes_up_writes_nothing_any_more(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var b = new Leases(database.jdbi(), "b", LONG)) {
            var frozen = new Leases(database.jdbi(), "a", SHORT);
            var lost = frozen.hold("vm", "agent");
            lost.write(setting("of the first"));
            frozen.close();

            try (var lease = b.hold("vm", "agent")) {
                assertThatThrownBy(lost::confirm).isInstanceOf(Lost.class).hasMessageContaining("vm 'agent'");
                assertThatThrownBy(() -> lost.write(setting("of one that woke up")))
                        .isInstanceOf(Lost.class);
                lost.close();
                lease.write(setting("of the second"));
            }

            assertThatThrownBy(() -> lost.write(setting("late"))).isInstanceOf(Lost.class);
            String content = database.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT content FROM director_settings")
                            .mapTo(String.class)
                            .one());
            assertThat(content).isEqualTo("of the second");
        }
    }

    private static Work<Integer> setting(String content) {
        return handle -> handle.execute("DELETE FROM director_settings")
                + handle.execute("INSERT INTO director_settings (name, content) VALUES ('it', ?)", content);
    }

    /** It was late, and nobody has taken notice. */
    @ParameterizedTest
    @EnumSource
    void one_that_ran_out_counts_until_another_director_takes_it(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var late = new Leases(database.jdbi(), "a", Duration.ofMillis(8));
            var lease = late.hold("vm", "agent");
            late.close();

            lease.confirm();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_director_that_starts_again_does_not_wait_for_itself(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var killed = new Leases(database.jdbi(), "a", LONG);
            killed.hold("vm", "agent");
            killed.close();

            try (var again = new Leases(database.jdbi(), "a", LONG);
                    var lease = again.hold("vm", "agent")) {
                lease.confirm();
            }
        }
    }
}
