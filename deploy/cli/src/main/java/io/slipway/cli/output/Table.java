package io.slipway.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Lines of aligned columns. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row needs " + rows.getFirst().size() + " cells");
        }
        rows.add(List.of(cells));
        return this;
    }

    public List<String> lines() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], width(row.get(column)));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    public void printTo(Console console) {
        lines().forEach(console::print);
    }

    /** Names and values in two columns, each name followed by a colon. */
    public static List<String> properties(String... namesAndValues) {
        List<String> lines = new ArrayList<>();
        int widest = 0;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            widest = Math.max(widest, width(namesAndValues[i]) + 1);
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = namesAndValues[i] + ":";
            lines.add((name + " ".repeat(widest - width(name)) + GAP + namesAndValues[i + 1]).stripTrailing());
        }
        return lines;
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - width(cell))).append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
