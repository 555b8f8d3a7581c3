package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.StateRows;
import io.slipway.store.StateRows.TaskStateRow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReceivedArchivesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void each_has_its_own_also_where_two_send_the_same(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var archives = archives(database, folder.resolve("one"));
            var first = archives.receive(archive());
            var second = archives.receive(archive());

            archives.remove(first);
            archives.remove(first);

            assertThat(archives(database, folder.resolve("other")).withFile(second, Files::readAllBytes))
                    .as("also on another director")
                    .isEqualTo(archive().readAllBytes());
            assertThatThrownBy(() -> archives.withFile(first, Files::readAllBytes))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void those_whose_task_has_ended_or_never_was_are_deleted(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var archives = archives(database, folder.resolve("one"));
            var rows = new StateRows(database.jdbi());
            rows.writeTask(task(1, "PROCESSING"), 1);
            rows.writeTask(task(2, "ERROR"), 1);
            var needed = archives.receive(archive());
            var ended = archives.receive(archive());
            var forgotten = archives.receive(archive());
            var taken = archives.receive(archive());
            archives.belongsTo(1, needed);
            archives.belongsTo(2, ended);
            archives.belongsTo(3, forgotten);

            archives.tidy();

            assertThat(isThere(archives, needed)).isTrue();
            assertThat(isThere(archives, ended)).isFalse();
            assertThat(isThere(archives, forgotten)).isFalse();
            assertThat(isThere(archives, taken)).as("its task comes soon").isTrue();

            archives.tidy(Duration.ZERO);

            assertThat(isThere(archives, needed)).isTrue();
            assertThat(isThere(archives, taken)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_that_breaks_off_leaves_nothing(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var archives = archives(database, folder.resolve("one"));

            assertThatThrownBy(() -> archives.receive(new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("the client has gone");
                        }
                    }))
                    .hasMessage("the client has gone");

            assertThat(database.jdbi().<Integer, RuntimeException>withHandle(handle -> handle.createQuery(
                                    "SELECT (SELECT COUNT(*) FROM received_archives) + (SELECT COUNT(*) FROM blobs)")
                            .mapTo(Integer.class)
                            .one()))
                    .isZero();
        }
    }

    private static ReceivedArchives archives(Database database, Path scratch) throws IOException {
        return new ReceivedArchives(database.jdbi(), new DatabaseAreas(database.jdbi(), scratch));
    }

    private static boolean isThere(ReceivedArchives archives, ReceivedArchives.Received one) {
        try {
            return archives.withFile(one, Files::isRegularFile);
        } catch (IOException none) {
            return false;
        }
    }

    private static InputStream archive() {
        return new ByteArrayInputStream(new byte[] {1, 2, 3});
    }

    private static TaskStateRow task(long id, String state) {
        return new TaskStateRow(
                id, state, "create release", "admin", "", "", "", 1, 2, "update_release", "UPDATE_RELEASE");
    }
}
