package io.slipway.agent.core.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.core.command.CommandJournal.Outlives;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.ErrandResult;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandJournalTest {
    private static final int KEPT = 256;

    @Test
    void knows_after_a_restart_what_was_begun_done_and_acknowledged(@TempDir Path folder) throws Exception {
        var journal = open(folder);
        for (String id : List.of("begun", "done", "told")) {
            journal.started(id);
        }
        journal.finished(result("done", 1));
        journal.finished(result("told", 2));
        journal.acknowledged("told");

        var next = open(folder);

        assertThat(next.interrupted()).containsExactly("begun");
        assertThat(next.unacknowledged()).containsExactly(result("done", 1));
        assertThat(next.result("told")).contains(result("told", 2));
        assertThat(next.result("begun")).isEmpty();
    }

    @Test
    void forgets_the_oldest_of_what_was_acknowledged(@TempDir Path folder) throws Exception {
        var journal = open(folder);
        for (int i = 0; i < KEPT + 1; i++) {
            journal.started("c" + i);
            journal.finished(result("c" + i, i));
            journal.acknowledged("c" + i);
        }

        for (int i = 0; i < 2; i++) {
            assertThat(journal.result("c0")).isEmpty();
            assertThat(journal.result("c1")).isPresent();
            assertThat(journal.result("c" + KEPT)).isPresent();
            journal = open(folder);
        }
    }

    @Test
    void stays_small_however_many_commands_come(@TempDir Path folder) throws Exception {
        var journal = open(folder);
        journal.started("begun");
        journal.started("kept");
        journal.finished(result("kept", 7));
        for (int i = 0; i < 5_000; i++) {
            journal.started("c" + i);
            journal.finished(result("c" + i, i));
            journal.acknowledged("c" + i);
        }

        assertThat(folder.resolve("commands"))
                .satisfies(file -> assertThat(Files.size(file)).isLessThan(200_000));
        for (int i = 0; i < 2; i++) {
            assertThat(journal.interrupted()).containsExactly("begun");
            assertThat(journal.unacknowledged()).containsExactly(result("kept", 7));
            assertThat(journal.result("c4999")).contains(result("c4999", 4999));
            journal = open(folder);
        }
    }

    @Test
    void only_its_owner_can_read_it(@TempDir Path folder) throws Exception {
        open(folder).started("c1");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("commands"))))
                .isEqualTo("rw-------");
    }

    @Test
    void keeps_what_the_disk_does_not_take_until_it_does(@TempDir Path folder) throws Exception {
        var file = folder.resolve("commands");
        var journal = open(folder);
        journal.started("c1");
        byte[] content = Files.readAllBytes(file);

        Files.delete(file);
        assertThatThrownBy(() -> journal.finished(result("c1", 1))).isInstanceOf(IOException.class);
        assertThat(journal.result("c1")).contains(result("c1", 1));
        assertThat(journal.unacknowledged()).containsExactly(result("c1", 1));
        assertThat(journal.interrupted()).isEmpty();
        Files.write(file, content);
        journal.acknowledged("c1");

        assertThat(open(folder).result("c1")).contains(result("c1", 1));
        assertThat(open(folder).unacknowledged()).isEmpty();
    }

    @Test
    void cuts_off_what_failed_attempts_left(@TempDir Path folder, @TempDir Path other) throws Exception {
        var attempted = open(other);
        attempted.started("c1");
        attempted.finished(result("c1", 1));
        attempted.started("never told to anybody");
        var journal = open(folder);
        journal.started("c1");
        Files.copy(other.resolve("commands"), folder.resolve("commands"), StandardCopyOption.REPLACE_EXISTING);

        journal.finished(result("c1", 1));

        assertThat(open(folder).unacknowledged()).containsExactly(result("c1", 1));
        assertThat(open(folder).interrupted()).isEmpty();
    }

    private static CommandJournal open(Path folder) throws IOException {
        return CommandJournal.open(folder.resolve("commands"), Outlives.MACHINE);
    }

    private static CommandResult result(String commandId, int exitCode) {
        return CommandResult.newBuilder()
                .setCommandId(commandId)
                .setSuccess(Success.newBuilder()
                        .setErrand(ErrandResult.newBuilder()
                                .setExitCode(exitCode)
                                .setStdoutTail("x".repeat(exitCode % 200))))
                .build();
    }
}
