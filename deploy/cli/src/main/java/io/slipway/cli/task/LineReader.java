package io.slipway.cli.task;

import io.slipway.cli.director.DirectorClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the new whole lines of a task's output, each once. */
final class LineReader {
    private final DirectorClient director;
    private final long task;
    private final String type;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private long offset;

    LineReader(DirectorClient director, long task, String type) {
        this.director = director;
        this.task = task;
        this.type = type;
    }

    List<String> newLines() {
        byte[] bytes = director.taskOutput(task, type, offset);
        offset += bytes.length;
        List<String> lines = new ArrayList<>();
        for (byte b : bytes) {
            if (b == '\n') {
                lines.add(unfinished.toString(StandardCharsets.UTF_8));
                unfinished.reset();
            } else {
                unfinished.write(b);
            }
        }
        return lines;
    }

    /** What stands after the last end of line. */
    String rest() {
        return unfinished.toString(StandardCharsets.UTF_8);
    }
}
