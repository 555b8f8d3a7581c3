package io.slipway.store.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outputs outlive whatever becomes of the database: no byte of them is lost or doubled, and nobody waits for ever. */
@Timeout(120)
class TaskOutputsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final OutputLimits QUICK = new OutputLimits(
            64 * 1024,
            Duration.ofMillis(5),
            Duration.ofMillis(300),
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(1));

    @TempDir
    Path folder;

    /** Opened by each test, for each kind. */
    @SuppressWarnings("NullAway.Init")
    private Database database;

    @SuppressWarnings("NullAway.Init")
    private FaultyDataSource source;

    private final List<TaskOutputs> opened = new ArrayList<>();

    private void open(EmptyDatabase kind) throws Exception {
        database = Database.open(kind.in(folder));
        source = new FaultyDataSource(database.dataSource());
    }

    @AfterEach
    void close() {
        source.comeBack();
        opened.forEach(TaskOutputs::close);
        database.close();
    }

    private TaskOutputs outputs() {
        return outputs(QUICK);
    }

    private TaskOutputs outputs(OutputLimits limits) {
        var outputs = new TaskOutputs(Jdbi.create(source), limits);
        opened.add(outputs);
        return outputs;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String read(TaskOutputs outputs, long task, OutputType type) {
        return new String(outputs.read(task, type, 0), StandardCharsets.UTF_8);
    }

    private static void append(TaskOutputs outputs, long task, int from, int to) {
        for (int i = from; i < to; i++) {
            outputs.append(task, OutputType.EVENT, text("line " + i + "\n"));
        }
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "line " + i + "\n").reduce("", String::concat);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_said_while_the_database_is_away_is_stored_when_it_is_back(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        append(outputs, 1, 0, 10);
        assertThat(outputs.flush(1, LONG)).isTrue();
        source.goAway();
        append(outputs, 1, 10, 20);
        append(outputs, 2, 0, 5);

        assertThat(outputs.flush(1, Duration.ofMillis(300))).isFalse();
        assertThatThrownBy(() -> outputs.read(1, OutputType.EVENT, 0)).isInstanceOf(JdbiException.class);
        append(outputs, 1, 20, 30);
        source.comeBack();

        assertThat(outputs.flush(1, LONG)).isTrue();
        assertThat(outputs.flush(2, LONG)).isTrue();
        assertThat(read(outputs, 1, OutputType.EVENT)).isEqualTo(lines(0, 30));
        assertThat(read(outputs, 2, OutputType.EVENT)).isEqualTo(lines(0, 5));
    }

    @ParameterizedTest
    @EnumSource
    void a_commit_that_nobody_heard_of_is_not_done_twice(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        int at = 0;
        for (int round = 0; round < 10; round++) {
            source.loseCommitsAfter(round % 3);
            source.loseCommitsBefore(round % 2);
            append(outputs, 1, at, at + 7);
            at += 7;
            assertThat(outputs.flush(1, LONG)).isTrue();
        }

        assertThat(read(outputs, 1, OutputType.EVENT)).isEqualTo(lines(0, at));
    }

    @ParameterizedTest
    @EnumSource
    void commits_get_lost_while_lines_come_in(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        for (int i = 0; i < 400; i++) {
            if (i % 40 == 0) {
                source.loseCommitsAfter(1);
            }
            append(outputs, 1, i, i + 1);
            if (i % 10 == 0) {
                outputs.read(1, OutputType.EVENT, 0);
            }
        }

        assertThat(outputs.flush(1, LONG)).isTrue();
        assertThat(read(outputs, 1, OutputType.EVENT)).isEqualTo(lines(0, 400));
    }

    @ParameterizedTest
    @EnumSource
    void a_stream_that_cannot_be_written_holds_up_no_other(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        source.breakTask(7_000_007);
        append(outputs, 7_000_007, 0, 3);
        append(outputs, 2, 0, 3);

        assertThat(outputs.flush(2, LONG)).isTrue();
        assertThat(outputs.flush(7_000_007, Duration.ofMillis(200))).isFalse();
        assertThat(read(outputs, 2, OutputType.EVENT)).isEqualTo(lines(0, 3));

        source.comeBack();
        assertThat(outputs.flush(7_000_007, LONG)).isTrue();
        assertThat(read(outputs, 7_000_007, OutputType.EVENT)).isEqualTo(lines(0, 3));
    }

    @ParameterizedTest
    @EnumSource
    void who_reads_on_from_where_they_were_reads_each_byte_once_whoever_writes(EmptyDatabase kind) throws Exception {
        open(kind);
        var nodes = List.of(outputs(), outputs(), outputs());
        int lines = 60;
        var isOver = new AtomicBoolean();
        try (var threads = Executors.newCachedThreadPool()) {
            var reader = nodes.getFirst();
            Future<String> seen = threads.submit(() -> {
                var all = new ByteArrayOutputStream();
                boolean goesOn = true;
                while (goesOn) {
                    goesOn = !isOver.get();
                    all.writeBytes(reader.read(1, OutputType.EVENT, all.size()));
                }
                return all.toString(StandardCharsets.UTF_8);
            });
            var writers = new ArrayList<Future<?>>();
            for (int node = 0; node < nodes.size(); node++) {
                String name = "node" + node;
                var outputs = nodes.get(node);
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < lines; i++) {
                        outputs.append(1, OutputType.EVENT, text(name + " line " + i + "\n"));
                        if (i % 7 == 0) {
                            source.loseCommitsAfter(1);
                        }
                        if (i % 5 == 0) {
                            assertThat(outputs.flush(1, LONG)).isTrue();
                        }
                    }
                    assertThat(outputs.flush(1, LONG)).isTrue();
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            isOver.set(true);

            String whole = read(nodes.getLast(), 1, OutputType.EVENT);
            assertThat(seen.get()).isEqualTo(whole);
            for (int node = 0; node < nodes.size(); node++) {
                String name = "node" + node;
                assertThat(whole.lines().filter(line -> line.startsWith(name)))
                        .containsExactlyElementsOf(IntStream.range(0, lines)
                                .mapToObj(i -> name + " line " + i)
                                .toList());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_full_buffer_lets_go_of_old_debug_lines_and_of_nothing_else(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        outputs.append(1, OutputType.DEBUG, text("first\n"));
        assertThat(outputs.flush(1, LONG)).isTrue();
        source.goAway();
        String padding = "x".repeat(1_000);
        int lines = 300;

        for (int i = 0; i < lines; i++) {
            outputs.append(1, OutputType.DEBUG, text("debug " + i + " " + padding + "\n"));
            outputs.append(1, OutputType.EVENT, text("line " + i + "\n"));
            outputs.append(2, OutputType.RESULT, text("line " + i + "\n"));
        }
        source.comeBack();

        assertThat(outputs.flush(1, LONG)).isTrue();
        assertThat(outputs.flush(2, LONG)).isTrue();
        assertThat(read(outputs, 1, OutputType.EVENT)).isEqualTo(lines(0, lines));
        assertThat(read(outputs, 2, OutputType.RESULT)).isEqualTo(lines(0, lines));
        var debug = read(outputs, 1, OutputType.DEBUG).lines().toList();
        assertThat(debug.getFirst()).isEqualTo("first");
        assertThat(debug.getLast()).startsWith("debug " + (lines - 1));
        var markers = debug.stream().filter(line -> line.startsWith("...")).toList();
        assertThat(markers)
                .isNotEmpty()
                .allMatch(line -> line.matches("\\.\\.\\. \\d+ lines \\(\\d+ bytes\\) are missing .*"));
        int missing = markers.stream()
                .mapToInt(line -> Integer.parseInt(line.split(" ")[1]))
                .sum();
        assertThat(debug).hasSize(1 + lines - missing + markers.size());
    }

    @ParameterizedTest
    @EnumSource
    void where_there_is_nothing_to_let_go_of_new_debug_lines_go(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        source.goAway();
        append(outputs, 1, 0, 1);
        assertThat(outputs.flush(1, Duration.ofMillis(50))).isFalse();
        outputs.append(1, OutputType.RESULT, new byte[100_000]);
        outputs.append(1, OutputType.DEBUG, text("one\n"));
        outputs.append(1, OutputType.DEBUG, text("two\n"));
        source.comeBack();

        assertThat(outputs.flush(1, LONG)).isTrue();
        assertThat(outputs.read(1, OutputType.RESULT, 0)).hasSize(100_000);
        assertThat(read(outputs, 1, OutputType.DEBUG)).startsWith("... 2 lines (8 bytes) are missing");
    }

    @ParameterizedTest
    @EnumSource
    void while_the_database_hangs_appends_go_on_and_readers_read(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs();
        append(outputs, 1, 0, 3);
        assertThat(outputs.flush(1, LONG)).isTrue();
        source.hang();

        append(outputs, 2, 0, 3);
        for (int i = 0; i < 200; i++) {
            outputs.append(2, OutputType.DEBUG, new byte[1_000]);
        }

        assertThat(outputs.flush(2, Duration.ofMillis(100))).isFalse();
        assertThat(read(outputs, 1, OutputType.EVENT)).isEqualTo(lines(0, 3));
        source.comeBack();
        assertThat(outputs.flush(2, LONG)).isTrue();
        assertThat(read(outputs, 2, OutputType.EVENT)).isEqualTo(lines(0, 3));
    }

    @ParameterizedTest
    @EnumSource
    void what_earlier_versions_stored_is_read_and_gone_on_with(EmptyDatabase kind) throws Exception {
        open(kind);
        database.jdbi().useHandle(handle -> {
            handle.execute(
                    "INSERT INTO task_outputs (task_id, type, start_byte, content) VALUES (1, 'EVENT', 0, ?)",
                    text("old "));
            handle.execute(
                    "INSERT INTO task_outputs (task_id, type, start_byte, content) VALUES (1, 'EVENT', 4, ?)",
                    text("rows "));
        });
        var outputs = outputs();
        outputs.append(1, OutputType.EVENT, text("and new ones"));

        assertThat(read(outputs, 1, OutputType.EVENT)).isEqualTo("old rows and new ones");
        assertThat(outputs.read(1, OutputType.EVENT, 6)).isEqualTo(text("ws and new ones"));
    }

    @ParameterizedTest
    @EnumSource
    void large_outputs_are_read_from_any_byte(EmptyDatabase kind) throws Exception {
        open(kind);
        var outputs = outputs(OutputLimits.DEFAULT);
        byte[] content = new byte[3 * OutputTable.CHUNK_BYTES + 17];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >> 3);
        }
        outputs.append(1, OutputType.RESULT, content);

        for (int from : new int[] {
            0,
            1,
            OutputTable.CHUNK_BYTES - 1,
            OutputTable.CHUNK_BYTES,
            2 * OutputTable.CHUNK_BYTES + 5,
            content.length - 1
        }) {
            assertThat(outputs.read(1, OutputType.RESULT, from))
                    .isEqualTo(java.util.Arrays.copyOfRange(content, from, content.length));
        }
        assertThat(outputs.read(1, OutputType.RESULT, content.length)).isEmpty();
        assertThat(outputs.read(1, OutputType.RESULT, Long.MAX_VALUE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void the_end_stores_what_is_left_and_does_not_wait_for_a_database_that_is_away(EmptyDatabase kind)
            throws Exception {
        open(kind);
        var outputs = outputs(OutputLimits.DEFAULT);
        append(outputs, 1, 0, 5);
        outputs.close();
        assertThat(read(outputs(), 1, OutputType.EVENT)).isEqualTo(lines(0, 5));

        var other = outputs();
        source.goAway();
        append(other, 1, 5, 6);
        other.close();
        append(other, 1, 6, 7);
        assertThat(other.flush(1, LONG)).isFalse();
        source.comeBack();
        assertThat(read(outputs(), 1, OutputType.EVENT)).isEqualTo(lines(0, 5));
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_said_nothing_is_flushed_at_once(EmptyDatabase kind) throws Exception {
        open(kind);
        source.goAway();

        assertThat(outputs().flush(1, LONG)).isTrue();
    }
}
