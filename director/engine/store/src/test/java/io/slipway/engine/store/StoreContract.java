package io.slipway.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.blob.Blobstore;
import io.slipway.engine.blob.LogBundles;
import io.slipway.engine.blob.LogBundles.Kind;
import io.slipway.engine.catalog.CompiledPackageCatalog;
import io.slipway.engine.catalog.OpenCompilations;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.config.ConfigStore.ConfigRow;
import io.slipway.engine.errand.ErrandRuns;
import io.slipway.engine.event.EventStore;
import io.slipway.engine.event.EventStore.AuditEvent;
import io.slipway.engine.event.EventStore.EventFilter;
import io.slipway.engine.output.OutputType;
import io.slipway.engine.output.TaskOutputs;
import io.slipway.engine.problem.ProblemStore;
import io.slipway.engine.problem.ProblemStore.ProblemRow;
import io.slipway.engine.store.StateRows.ContentRow;
import io.slipway.engine.store.StateRows.TaskStateRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all stores promise, on whatever database. */
abstract class StoreContract {
    private Database database;

    /** An empty database, one for each test. */
    abstract DatabaseSettings settings(Path folder) throws Exception;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        database = Database.open(settings(folder));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void migrations_give_the_journal_that_pekko_writes_to() {
        long count = jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM \"event_journal\"")
                .mapTo(Long.class)
                .one());

        assertThat(count).isZero();
    }

    @Test
    void a_row_takes_only_what_is_newer() {
        var rows = new StateRows(jdbi());
        rows.writeInstance("i", "d", "second", 2);
        rows.writeInstance("i", "d", "first", 1);
        rows.writeInstance("i", "d", "again", 2);

        assertThat(rows.instances("d")).extracting(ContentRow::content).containsExactly("second");
        rows.writeInstance("i", "d", "third", 3);
        assertThat(rows.instances("d")).extracting(ContentRow::content).containsExactly("third");
        rows.deleteInstance("i");
        assertThat(rows.instances("d")).isEmpty();
    }

    @Test
    void many_writers_of_one_row_leave_the_newest() {
        var rows = new StateRows(jdbi());
        IntStream.rangeClosed(1, 60).parallel().forEach(version -> rows.writeDeployment("d", "v" + version, version));

        assertThat(rows.deployment("d")).map(ContentRow::content).contains("v60");
    }

    @Test
    void tasks_are_listed_newest_first_by_all_filters() {
        var rows = new StateRows(jdbi());
        rows.writeTask(task(1, "DONE", "update_deployment", "a"), 1);
        rows.writeTask(task(2, "QUEUED", "vms", "a"), 1);
        rows.writeTask(task(3, "DONE", "update_deployment", "b"), 1);

        assertThat(ids(rows.tasks(List.of(), "", "", List.of(), 10))).containsExactly(3L, 2L, 1L);
        assertThat(ids(rows.tasks(List.of(), "", "", List.of(), 2))).containsExactly(3L, 2L);
        assertThat(ids(rows.tasks(List.of("QUEUED"), "", "", List.of(), 10))).containsExactly(2L);
        assertThat(ids(rows.tasks(List.of(), "a", "", List.of("update_deployment"), 10)))
                .containsExactly(1L);
        assertThat(ids(rows.tasks(List.of(), "", "context of b", List.of(), 10)))
                .containsExactly(3L);
    }

    @Test
    void of_each_type_the_newest_tasks_stay_and_what_has_not_ended() throws Exception {
        var rows = new StateRows(jdbi());
        for (long id = 1; id <= 5; id++) {
            rows.writeTask(task(id, "DONE", "update_deployment", "a"), 1);
        }
        rows.writeTask(task(6, "DONE", "vms", "a"), 1);
        rows.writeTask(task(7, "QUEUED", "update_deployment", "a"), 1);
        try (var outputs = new TaskOutputs(jdbi())) {
            for (long id = 1; id <= 7; id++) {
                outputs.append(id, OutputType.EVENT, text("line\n"));
                assertThat(outputs.flush(id, Duration.ofSeconds(30))).isTrue();
            }

            assertThat(rows.removeTasks(2)).isEqualTo(3);
            assertThat(rows.removeTasks(2)).isZero();

            assertThat(ids(rows.tasks(List.of(), "", "", List.of(), 10))).containsExactly(7L, 6L, 5L, 4L);
            assertThat(outputs.read(3, OutputType.EVENT, 0)).isEmpty();
            assertThat(outputs.read(4, OutputType.EVENT, 0)).isEqualTo(text("line\n"));
        }
    }

    @Test
    void outputs_are_read_from_any_byte_before_and_after_they_are_stored() {
        try (var outputs = new TaskOutputs(jdbi())) {
            outputs.append(1, OutputType.RESULT, text("one "));
            outputs.append(1, OutputType.RESULT, text("two "));
            assertThat(outputs.read(1, OutputType.RESULT, 2)).isEqualTo(text("e two "));
            assertThat(outputs.flush(1, Duration.ofSeconds(30))).isTrue();
            outputs.append(1, OutputType.RESULT, text("three"));
            assertThat(outputs.read(1, OutputType.RESULT, 4)).isEqualTo(text("two three"));
        }
        try (var reopened = new TaskOutputs(jdbi())) {
            assertThat(reopened.read(1, OutputType.RESULT, 0)).isEqualTo(text("one two three"));
            assertThat(reopened.read(1, OutputType.DEBUG, 0)).isEmpty();
        }
    }

    @Test
    void equal_content_makes_no_new_version_of_a_config() {
        var configs = new ConfigStore(jdbi(), Clock.systemUTC());
        var first = configs.put("cloud", "default", "a: 1");
        assertThat(configs.put("cloud", "default", "a: 1").id()).isEqualTo(first.id());
        var second = configs.put("cloud", "default", "a: 2");

        assertThat(configs.current("cloud")).extracting(ConfigRow::id).containsExactly(second.id());
        assertThat(configs.find(first.id())).map(ConfigRow::isCurrent).contains(false);
        assertThat(configs.list("cloud", "", 5)).extracting(ConfigRow::content).containsExactly("a: 2", "a: 1");
        assertThat(configs.delete("cloud", "default")).isTrue();
        assertThat(configs.current("cloud", "default")).isEmpty();
        assertThat(configs.versions(List.of(first.id(), second.id()))).hasSize(2);
    }

    @Test
    void the_same_fact_is_recorded_once_and_found_by_all_filters() {
        var events = new EventStore(jdbi());
        events.append(fact("k-1", "create", 1000));
        events.append(fact("k-1", "create", 1000));
        events.append(fact("k-2", "delete", 2000));

        var all = events.list(filter(0, 0, ""));
        assertThat(all).extracting(AuditEvent::action).containsExactly("delete", "create");
        assertThat(events.list(filter(all.getFirst().id(), 0, "")))
                .extracting(AuditEvent::naturalKey)
                .containsExactly("k-1");
        assertThat(events.list(filter(0, 1000, "")))
                .extracting(AuditEvent::naturalKey)
                .containsExactly("k-2");
        assertThat(events.list(filter(0, 0, "create"))).hasSize(1);
        assertThat(events.find(all.getLast().id())).map(AuditEvent::objectName).contains("d");
    }

    @Test
    void small_tables_replace_keep_and_forget() {
        var problems = new ProblemStore(jdbi());
        problems.replace("d", List.of(new ProblemRow(0, "d", "missing_vm", "i", "web", "", "gone")));
        problems.replace("d", List.of(new ProblemRow(0, "d", "missing_disk", "i", "web", "disk", "gone")));
        assertThat(problems.list("d")).extracting(ProblemRow::type).containsExactly("missing_disk");

        var errands = new ErrandRuns(jdbi());
        errands.record("d", "smoke", "one");
        errands.record("d", "smoke", "two");
        assertThat(errands.last("d", "smoke")).isEqualTo("two");
        errands.forget("d");
        assertThat(errands.last("d", "smoke")).isEmpty();

        var bundles = new LogBundles(jdbi());
        bundles.keep(Kind.LOGS, "a".repeat(64), Instant.ofEpochMilli(10));
        bundles.keep(Kind.LOGS, "a".repeat(64), Instant.ofEpochMilli(5));
        assertThat(bundles.takeExpired(Instant.ofEpochMilli(7))).isEmpty();
        bundles.keep(Kind.EXPORTED_RELEASE, "b".repeat(64), Instant.ofEpochMilli(20));
        assertThat(bundles.list(Kind.EXPORTED_RELEASE)).containsExactly("b".repeat(64));
        bundles.forget("b".repeat(64));
        assertThat(bundles.list(Kind.EXPORTED_RELEASE)).isEmpty();
        assertThat(bundles.takeExpired(Instant.ofEpochMilli(11))).hasSize(1);
    }

    @Test
    void a_compilation_is_open_from_its_first_beginning_to_its_end() {
        var open = new OpenCompilations(jdbi());
        open.open("one");
        open.open("two");
        open.open("one");
        assertThat(open.list()).containsExactly("one", "two");

        open.close("one");
        open.close("one");

        assertThat(open.list()).containsExactly("two");
    }

    @Test
    void a_compiled_package_is_found_while_its_blob_is_there(@TempDir Path folder) throws Exception {
        var blobs = new Blobstore(folder, jdbi());
        var compiled = new CompiledPackageCatalog(jdbi(), blobs);
        var blob = blobs.put(text("compiled"));
        compiled.put("f", "os/1", "k", blob.sha256(), blob.sizeBytes());
        compiled.put("f", "os/1", "k", blob.sha256(), blob.sizeBytes());

        assertThat(compiled.find("f", "os/1", "k")).contains(blob.sha256());
        assertThat(blobs.put(text("compiled"))).isEqualTo(blob);
        blobs.delete(blob.sha256());
        assertThat(compiled.find("f", "os/1", "k")).isEmpty();
    }

    private Jdbi jdbi() {
        return database.jdbi();
    }

    private static TaskStateRow task(long id, String state, String type, String deployment) {
        return new TaskStateRow(
                id, state, "does something", "admin", deployment, "context of " + deployment, "", 1, 2, type);
    }

    private static List<Long> ids(List<TaskStateRow> rows) {
        return rows.stream().map(TaskStateRow::id).toList();
    }

    private static AuditEvent fact(String key, String action, long at) {
        return new AuditEvent(0, key, at, "admin", action, "deployment", "d", "1", "d", "", "", "{}");
    }

    private static EventFilter filter(long beforeId, long afterTime, String action) {
        return new EventFilter(beforeId, 0, afterTime, "", "d", "", "", action, "", "", 10);
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
