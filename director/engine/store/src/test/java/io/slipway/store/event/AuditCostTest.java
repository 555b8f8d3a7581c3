package io.slipway.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.Conflicts;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the chain costs, beside rows that are inserted each in a transaction of its own, as they were before it. */
@Tag("soak")
class AuditCostTest {
    private static final int FACTS = 4_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void facts_per_second(EmptyDatabase kind) throws Exception {
        for (int threads : new int[] {1, 8, 200}) {
            try (var database = Database.open(kind.in(folder.resolve(Integer.toString(threads))))) {
                var events = new EventStore(database.jdbi(), AuditWriterProcess.KEY);
                events.start(ChainPosition.START);
                perSecond(threads, "warm", fact -> alone(database.jdbi(), fact));
                perSecond(threads, "warm too", events::append);
                long before = perSecond(threads, "before", fact -> alone(database.jdbi(), fact));
                long after = perSecond(threads, "after", events::append);
                if (threads == 200) {
                    assertThat(after)
                            .as("many at once cost less than each alone")
                            .isGreaterThan(before / 2);
                }
                System.out.printf(
                        "%s, %d threads: %d facts/s alone, %d facts/s chained%n", kind, threads, before, after);
            }
        }
    }

    private static long perSecond(int threads, String key, Consumer<AuditEvent> writer) {
        var next = new AtomicInteger();
        long begin = System.nanoTime();
        try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                running.submit(() -> {
                    for (int number = next.getAndIncrement(); number < FACTS; number = next.getAndIncrement()) {
                        writer.accept(new AuditEvent(
                                0,
                                key + number,
                                1,
                                "",
                                "",
                                "create",
                                "vm",
                                "vm-" + number,
                                "7",
                                "d",
                                "web/0",
                                "",
                                "{}"));
                    }
                });
            }
        }
        return FACTS * 1_000_000_000L / (System.nanoTime() - begin);
    }

    /** As facts were stored before there was a chain. */
    private static void alone(Jdbi jdbi, AuditEvent event) {
        Conflicts.added(jdbi, handle -> {
            handle.createQuery("SELECT username FROM tasks WHERE id = :id")
                    .bind("id", Long.parseLong(event.task()))
                    .mapTo(String.class)
                    .findOne();
            long id = handle.createQuery("SELECT NEXTVAL('event_ids')")
                    .mapTo(Long.class)
                    .one();
            return handle.createUpdate("INSERT INTO events (id, natural_key, at, username, action, object_type,"
                            + " object_name, task, deployment, instance, error, context) VALUES (:newId, :naturalKey,"
                            + " :at, :user, :action, :objectType, :objectName, :task, :deployment, :instance, :error,"
                            + " :context)")
                    .bindMethods(event)
                    .bind("newId", id)
                    .execute();
        });
    }
}
