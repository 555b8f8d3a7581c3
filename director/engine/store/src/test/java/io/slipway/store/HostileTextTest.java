package io.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.StateRows.ContentRow;
import io.slipway.store.StateRows.TaskStateRow;
import io.slipway.store.event.AuditEvent;
import io.slipway.store.event.ChainKey;
import io.slipway.store.event.EventStore;
import io.slipway.store.event.EventStore.EventFilter;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.store.orphan.OrphanedVmStore;
import io.slipway.store.orphan.OrphanedVmStore.OrphanedVmRow;
import io.slipway.store.problem.ProblemStore;
import io.slipway.store.problem.ProblemStore.ProblemRow;
import io.slipway.store.setting.DirectorSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever agents, CPIs and clients say is stored, and by both databases in the same way. */
class HostileTextTest {
    private static final String HOSTILE =
            "a\u0000b\u001b[31mc\ud800d\udc00e\u007f\u0085\tf\r\n\ud83d\ude00 " + "x".repeat(3_000);
    private static final String CLEAN = "a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffd\ufffd\tf\r\n\ud83d\ude00 ";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void rows_of_tasks_take_any_text(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var rows = new StateRows(database.jdbi());
            rows.writeTask(
                    new TaskStateRow(1, "DONE", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, 2, HOSTILE, "VMS"), 1);

            var found = rows.task(1).orElseThrow();

            assertThat(found.description()).startsWith(CLEAN).endsWith("x...").hasSize(1_000);
            assertThat(found.user()).startsWith(CLEAN).hasSize(255);
            assertThat(found.type()).hasSize(64);
            assertThat(found.result()).isEqualTo(CLEAN + "x".repeat(3_000));
            assertThat(rows.tasks(List.of(), "", HOSTILE, List.of(), 10)).hasSize(1);
            assertThat(rows.tasks(List.of(), "no\u0000body", "", List.of(), 10)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void events_take_any_text_and_their_keys_stay_apart(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = new EventStore(database.jdbi(), new ChainKey(new byte[32]));
            for (String key : List.of(HOSTILE, HOSTILE, HOSTILE + "y")) {
                events.append(new AuditEvent(
                        0, key, 1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE,
                        HOSTILE));
            }

            var all = events.list(new EventFilter(0, 0, 0, "", "", "", "", "", "", "", 10));

            assertThat(all).hasSize(2);
            var fact = all.getFirst();
            assertThat(fact.error()).isEqualTo(CLEAN + "x".repeat(3_000));
            assertThat(fact.objectName()).startsWith(CLEAN).hasSize(1_000);
            assertThat(fact.action()).hasSize(64);
            assertThat(fact.task()).hasSize(32);
            assertThat(fact.context()).startsWith("a\ufffdb\u001b[31mc\ufffdd\ufffde");
            assertThat(events.list(new EventFilter(0, 0, 0, "", "\u0000", "", "", "", "", "", 10)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_found_wrong_and_what_is_left_over_takes_any_text(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var problems = new ProblemStore(database.jdbi());
            problems.replace("d", List.of(new ProblemRow(0, "d", "type", "i", "g", "disk", HOSTILE)));
            assertThat(problems.list("d").getFirst().description()).startsWith(CLEAN);

            var disks = new OrphanDiskStore(database.jdbi());
            disks.add(new OrphanDiskRow("cid", 1, "d", HOSTILE, "z", 1, "", "{}"));
            assertThat(disks.list().getFirst().instance()).startsWith(CLEAN).hasSize(255);

            var vms = new OrphanedVmStore(database.jdbi());
            vms.add(new OrphanedVmRow("cid", "d", HOSTILE, "z", List.of("1.2.3.4"), List.of(), 1, ""));
            assertThat(vms.list().getFirst().instance()).startsWith(CLEAN).hasSize(255);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_no_store_has_thought_of_is_stored_too(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var rows = new StateRows(database.jdbi());
            rows.writeInstance("i", "d", "{\"text\": \"a\u0000b\ud800\"}", 1);
            rows.writeDeployment("d", "a\u0000b", 1);
            var settings = new DirectorSettings(database.jdbi());
            settings.put("n\u0000", "a\u0000b");

            assertThat(rows.instances("d"))
                    .extracting(ContentRow::content)
                    .containsExactly("{\"text\": \"a\ufffdb\ufffd\"}");
            assertThat(rows.deployment("d")).map(ContentRow::content).contains("a\ufffdb");
            assertThat(settings.get("n\u0000")).contains("a\ufffdb");
        }
    }

    @ParameterizedTest
    @CsvSource({"short, 5, short", "longer, 5, lo...", "aaaa😀b, 6, aaa...", "aa😀bbb, 6, aa..."})
    void what_is_too_long_is_cut_between_characters(String text, int longest, String clean) {
        assertThat(PlainText.clean(text, longest)).isEqualTo(clean);
    }

    @Test
    void text_that_is_clean_stays_as_it_is() {
        String text = "Größe\t1\r\n😀";

        assertThat(PlainText.clean(text)).isSameAs(text);
    }
}
