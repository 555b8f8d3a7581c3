package io.slipway.cli.output;

import java.time.Duration;

/** The one line that a terminal shows while something goes on. */
final class StatusLine {
    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

    private StatusLine() {}

    /** At most width columns: what is cut is the detail, never the elapsed time. */
    static String render(String title, String detail, Duration elapsed, int frame, int width) {
        String end =
                " " + Durations.brief(Duration.ofSeconds(elapsed.toSeconds())).replaceFirst("\\.0 s", " s");
        String text = detail.isEmpty() ? title : title + " · " + detail;
        int room = Math.max(1, width - 3 - end.length());
        return FRAMES[Math.floorMod(frame, FRAMES.length)] + " " + cut(text, room) + end;
    }

    static String cut(String text, int room) {
        String line = text.replaceAll("[\\p{Cntrl}]", " ");
        if (line.codePointCount(0, line.length()) <= room) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, Math.max(0, room - 1))) + "…";
    }
}
