package io.slipway.health.plugin.line;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Plugin;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** Writes what a notice becomes to a connection, many at once. */
final class LinePlugin implements Plugin {
    private static final int MANY = 100;

    private final Connection connection;
    private final Function<Notice, String> lines;

    /** @param lines of a notice; empty where it has none */
    LinePlugin(Connection connection, Function<Notice, String> lines) {
        this.connection = connection;
        this.lines = lines;
    }

    @Override
    public int atATime() {
        return MANY;
    }

    @Override
    public void deliver(List<Notice> notices) throws IOException {
        var text = new StringBuilder();
        notices.forEach(notice -> text.append(lines.apply(notice)));
        if (!text.isEmpty()) {
            connection.write(text.toString());
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
