package io.slipway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.ask.Stop;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is cut off begins again elsewhere, and who follows the task is not to read that it failed. */
class TaskLogTest {
    private final List<String> told = new ArrayList<>();

    private final TaskLog.Stage stage = task -> new TaskLog.Step() {
        @Override
        public void progress(int percent) {
            told.add(percent + " %");
        }

        @Override
        public void finished() {
            told.add("finished");
        }

        @Override
        public void failed(String error) {
            told.add(error);
        }
    };

    static List<Exception> cutsOff() {
        var stop = new Stop();
        return List.of(
                stop.superseded(),
                new IllegalStateException(new SQLTransientConnectionException("it is away", "08006")));
    }

    @ParameterizedTest
    @MethodSource("cutsOff")
    void a_step_that_is_cut_off_is_left_open(Exception cut) {
        assertThatThrownBy(() -> stage.step("one", () -> {
                    throw cut;
                }))
                .isSameAs(cut);

        assertThat(told).isEmpty();
    }

    @Test
    void a_step_that_fails_or_ends_says_so() throws Exception {
        stage.step("one", () -> {});
        assertThatThrownBy(() -> stage.step("two", () -> {
                    throw new IOException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThatThrownBy(() -> stage.step("three", () -> {
                    throw new SQLException("no such table", "42P01");
                }))
                .hasMessage("no such table");

        assertThat(told).containsExactly("finished", "the disk is full", "no such table");
    }
}
