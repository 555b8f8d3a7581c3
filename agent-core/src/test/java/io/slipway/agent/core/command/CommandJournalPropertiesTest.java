package io.slipway.agent.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.command.CommandJournal.Outlives;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.ErrandResult;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds of a journal whatever happens to it. */
class CommandJournalPropertiesTest {
    /** Whatever was cut off at the end, what was answered before that is there. */
    @Property(tries = 200)
    void a_file_that_ends_anywhere_counts_up_to_there(
            @ForAll @Size(max = 20) List<@IntRange(max = 4) Integer> ids, @ForAll @IntRange(max = 10_000) int cut)
            throws Exception {
        var folder = folder();
        var file = folder.resolve("commands");
        var journal = open(folder);
        var sizes = new LinkedHashMap<Long, List<CommandResult>>();
        sizes.put(0L, List.of());
        for (int id : ids) {
            step(journal, id);
            sizes.put(Files.size(file), journal.unacknowledged());
        }
        byte[] content = Files.readAllBytes(file);
        int length = cut % (content.length + 1);
        Files.write(file, Arrays.copyOf(content, length));

        var last = sizes.entrySet().stream()
                .filter(size -> size.getKey() <= length)
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .getValue();
        var found = open(folder);
        assertThat(found.unacknowledged()).isEqualTo(last);
        found.started("next");
        assertThat(open(folder).interrupted()).contains("next");
        assertThat(open(folder).unacknowledged()).isEqualTo(last);
    }

    /** With restarts at any time it says what maps in memory would say. */
    @Property(tries = 200)
    void is_a_memory_that_outlives_its_process(
            @ForAll @Size(max = 60) List<@IntRange(max = 5) Integer> ids, @ForAll @IntRange(min = 1, max = 7) int life)
            throws Exception {
        var folder = folder();
        Map<String, CommandResult> results = new LinkedHashMap<>();
        Set<String> acknowledged = new LinkedHashSet<>();
        Set<String> begun = new LinkedHashSet<>();
        var journal = open(folder);
        int steps = 0;
        for (int id : ids) {
            String command = "c" + id;
            if (!begun.contains(command) && !results.containsKey(command)) {
                journal.started(command);
                begun.add(command);
            } else if (begun.remove(command)) {
                journal.finished(result(command, id));
                results.put(command, result(command, id));
            } else {
                journal.acknowledged(command);
                acknowledged.add(command);
            }
            if (++steps % life == 0) {
                journal = open(folder);
            }

            assertThat(journal.interrupted()).containsExactlyElementsOf(begun);
            assertThat(journal.unacknowledged())
                    .isEqualTo(results.values().stream()
                            .filter(one -> !acknowledged.contains(one.getCommandId()))
                            .toList());
            for (var one : results.values()) {
                assertThat(journal.result(one.getCommandId())).contains(one);
            }
        }
    }

    private static void step(CommandJournal journal, int id) throws IOException {
        String command = "c" + id;
        if (journal.interrupted().contains(command)) {
            journal.finished(result(command, id));
        } else if (journal.result(command).isPresent()) {
            journal.acknowledged(command);
        } else {
            journal.started(command);
        }
    }

    /** In the build's folder, which nobody has to clean. */
    private static Path folder() throws IOException {
        return Files.createTempDirectory(Path.of("target"), "journal");
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
