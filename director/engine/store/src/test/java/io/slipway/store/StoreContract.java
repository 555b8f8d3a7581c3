package io.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.StateRows.ContentRow;
import io.slipway.store.StateRows.TaskStateRow;
import io.slipway.store.blob.DirectoryAreas;
import io.slipway.store.blob.LogBundles;
import io.slipway.store.blob.LogBundles.Kind;
import io.slipway.store.catalog.CompiledPackageCatalog;
import io.slipway.store.catalog.OpenCompilations;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.config.ConfigStore.ConfigRow;
import io.slipway.store.config.ConfigStore.Written;
import io.slipway.store.errand.ErrandRuns;
import io.slipway.store.event.AuditEvent;
import io.slipway.store.event.ChainKey;
import io.slipway.store.event.EventStore;
import io.slipway.store.event.EventStore.EventFilter;
import io.slipway.store.output.OutputType;
import io.slipway.store.output.TaskOutputs;
import io.slipway.store.problem.ProblemStore;
import io.slipway.store.problem.ProblemStore.ProblemRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    }

    @Test
    void what_is_gone_is_hidden_before_it_is_forgotten_and_what_is_not_hidden_stays() {
        var rows = new StateRows(jdbi());
        rows.writeInstance("i", "d", "there", 1);
        rows.writeDeployment("d", "there", 1);
        journal("Instance|i", 3);
        journal("Deployment|d", 3);

        rows.forgetInstance("i");
        rows.forgetDeployment("d");
        assertThat(rows.instances()).hasSize(1);
        assertThat(rows.deployments()).hasSize(1);

        rows.hideInstance("i", "d", 2);
        rows.hideDeployment("d", 2);
        assertThat(rows.instances()).isEmpty();
        assertThat(rows.instances("d")).isEmpty();
        assertThat(rows.deployments()).isEmpty();
        assertThat(rows.deployment("d")).isEmpty();
        assertThat(rows.instances()).isEmpty();
        assertThat(rows.instanceIds()).containsExactly("i");
        assertThat(rows.hiddenDeployments()).containsExactly("d");

        rows.forgetInstance("i");
        rows.forgetDeployment("d");
        assertThat(rows.instanceIds()).isEmpty();
        assertThat(rows.hiddenDeployments()).isEmpty();
        assertThat(rows.journalsOf("Instance")).isEmpty();
        assertThat(count("SELECT COUNT(*) FROM \"event_journal\" WHERE NOT \"deleted\""))
                .isZero();
    }

    @Test
    void what_was_hidden_and_is_there_again_is_listed() {
        var rows = new StateRows(jdbi());
        rows.hideDeployment("d", 1);
        rows.writeDeployment("d", "again", 2);

        rows.forgetDeployment("d");

        assertThat(rows.deployment("d")).map(ContentRow::content).contains("again");
    }

    private void journal(String persistenceId, int events) {
        for (int number = 1; number <= events; number++) {
            int sequence = number;
            jdbi().useHandle(handle -> handle.execute(
                    "INSERT INTO \"event_journal\" (\"persistence_id\", \"sequence_number\", \"deleted\", \"writer\","
                            + " \"write_timestamp\", \"adapter_manifest\", \"event_ser_id\", \"event_ser_manifest\","
                            + " \"event_payload\") VALUES (?, ?, FALSE, 'w', 0, '', 0, '', ?)",
                    persistenceId,
                    sequence,
                    new byte[0]));
        }
    }

    private long count(String sql) {
        return jdbi().withHandle(
                        handle -> handle.createQuery(sql).mapTo(Long.class).one());
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
    void of_those_who_expect_the_same_version_of_a_config_one_wins() {
        var configs = new ConfigStore(jdbi(), Clock.systemUTC());
        String first = Long.toString(configs.put("cloud", "default", "a: 0").id());

        var written = IntStream.rangeClosed(1, 6)
                .parallel()
                .mapToObj(i -> configs.put("cloud", "default", "a: " + i, Optional.of(first), others -> {}))
                .toList();

        var stored = written.stream()
                .filter(Written.Stored.class::isInstance)
                .map(one -> ((Written.Stored) one).row())
                .toList();
        assertThat(stored).hasSize(1);
        assertThat(configs.current("cloud", "default")).contains(stored.getFirst());
        assertThat(written)
                .filteredOn(Written.Outdated.class::isInstance)
                .hasSize(5)
                .containsOnly(new Written.Outdated(stored.getFirst().id()));
    }

    @Test
    void of_those_who_expect_that_there_is_no_such_config_one_wins() {
        var configs = new ConfigStore(jdbi(), Clock.systemUTC());

        var written = IntStream.rangeClosed(1, 6)
                .parallel()
                .mapToObj(i -> configs.put("cloud", "default", "a: " + i, Optional.of("0"), others -> {}))
                .toList();

        assertThat(written).filteredOn(Written.Stored.class::isInstance).hasSize(1);
        assertThat(configs.list("cloud", "default", 10)).hasSize(1);
    }

    @Test
    void equal_contents_that_come_at_once_are_one_version() {
        var configs = new ConfigStore(jdbi(), Clock.systemUTC());

        var ids = IntStream.rangeClosed(1, 6)
                .parallel()
                .mapToObj(i -> configs.put("cloud", "default", "a: 1").id())
                .toList();

        assertThat(ids).hasSize(6).containsOnly(ids.getFirst());
        assertThat(configs.list("cloud", "default", 10)).hasSize(1);
    }

    @Test
    void a_config_is_checked_beside_what_is_stored_at_the_same_time() {
        var configs = new ConfigStore(jdbi(), Clock.systemUTC());

        var refused = IntStream.rangeClosed(1, 6)
                .parallel()
                .filter(i -> {
                    try {
                        configs.put("cpi", "one of " + i, "a: 1", Optional.empty(), others -> {
                            if (!others.isEmpty()) {
                                throw new IllegalStateException("there is another");
                            }
                        });
                        return false;
                    } catch (IllegalStateException another) {
                        return true;
                    }
                })
                .count();

        assertThat(refused).isEqualTo(5);
        assertThat(configs.current("cpi")).hasSize(1);
    }

    @Test
    void a_config_that_is_deleted_meanwhile_is_no_more_what_was_expected() {
        var configs = new ConfigStore(jdbi(), Clock.systemUTC());
        var first = configs.put("cloud", "default", "a: 0");
        String expected = Long.toString(first.id());

        assertThat(configs.delete("cloud", "default")).isTrue();

        assertThat(configs.put("cloud", "default", "a: 1", Optional.of(expected), others -> {}))
                .isEqualTo(new Written.Outdated(0));
        assertThat(configs.delete(first.id())).isFalse();
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
        var events = new EventStore(jdbi(), new ChainKey(new byte[32]));
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
        var blobs = new DirectoryAreas(folder, false).area("blobs");
        var compiled = new CompiledPackageCatalog(jdbi(), blobs);
        var blob = blobs.put(text("compiled"));
        compiled.record("f", "os/1", "k", blob.sha256(), blob.sizeBytes());
        compiled.record("f", "os/1", "k", blob.sha256(), blob.sizeBytes());

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
                id,
                state,
                "does something",
                "admin",
                deployment,
                "context of " + deployment,
                "",
                1,
                2,
                type,
                type.toUpperCase(java.util.Locale.ROOT));
    }

    private static List<Long> ids(List<TaskStateRow> rows) {
        return rows.stream().map(TaskStateRow::id).toList();
    }

    private static AuditEvent fact(String key, String action, long at) {
        return new AuditEvent(0, key, at, "admin", "", action, "deployment", "d", "1", "d", "", "", "{}");
    }

    private static EventFilter filter(long beforeId, long afterTime, String action) {
        return new EventFilter(beforeId, 0, afterTime, "", "d", "", "", action, "", "", 10);
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
