package io.slipway.cli.output;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far something is: on a terminal one redrawn line and a line for each step that ended; elsewhere a line when
 * a step begins, changes its stage, or ends.
 */
public final class Progress implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(120);
    private static final Duration PLAIN_PAUSE = Duration.ofSeconds(15);

    private final Console console;
    private final Clock clock;
    private final Object lock = new Object();
    private @Nullable Step current;
    private boolean isClosed;
    private int frame;

    public Progress(Console console) {
        this(console, Clock.systemUTC());
    }

    Progress(Console console, Clock clock) {
        this.console = console;
        this.clock = clock;
        if (console.isTerminal()) {
            Thread.ofPlatform().daemon().name("progress").start(this::redrawUntilClosed);
        }
    }

    /** Begins a step, such as "Building the stemcell". */
    public Step begin(String title) {
        synchronized (lock) {
            var step = new Step(title, clock.instant());
            current = step;
            if (console.isTerminal()) {
                redraw();
            } else {
                console.note("- " + title + " ...");
            }
            return step;
        }
    }

    /** A line that stays, above the status line. */
    public void line(String text) {
        synchronized (lock) {
            clear();
            console.note(text);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            current = null;
            clear();
            lock.notifyAll();
        }
    }

    private void redrawUntilClosed() {
        synchronized (lock) {
            while (!isClosed) {
                frame++;
                redraw();
                try {
                    lock.wait(REDRAW.toMillis());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void redraw() {
        var step = current;
        if (step != null && !isClosed) {
            Duration elapsed = Duration.between(step.began, clock.instant());
            console.noteRaw("\r\u001b[K" + StatusLine.render(step.title, step.detail, elapsed, frame, console.width()));
        }
    }

    private void clear() {
        if (console.isTerminal()) {
            console.noteRaw("\r\u001b[K");
        }
    }

    /** One thing that is being done. */
    public final class Step {
        private final String title;
        private final Instant began;
        private String detail = "";
        private Instant lastLine;

        private Step(String title, Instant began) {
            this.title = title;
            this.began = began;
            this.lastLine = began;
        }

        /** What is being done right now, such as a line of a build's output: may change many times a second. */
        public void detail(String text) {
            synchronized (lock) {
                detail = text.strip();
                if (!console.isTerminal()
                        && Duration.between(lastLine, clock.instant()).compareTo(PLAIN_PAUSE) >= 0) {
                    lastLine = clock.instant();
                    console.note("  " + elapsed() + ": " + StatusLine.cut(detail, 160));
                }
            }
        }

        /** A stage of what is being done: each is shown, on a terminal in the status line. */
        public void stage(String text) {
            synchronized (lock) {
                if (!detail.equals(text)) {
                    detail = text;
                    lastLine = clock.instant();
                    if (!console.isTerminal()) {
                        console.note("  " + text);
                    }
                }
            }
        }

        public void done(String what) {
            end("\u001b[32m✓\u001b[0m ", what + " (" + elapsed() + ")");
        }

        /** Nothing had to be done. */
        public void unchanged(String why) {
            end("\u001b[32m✓\u001b[0m ", why);
        }

        public void failed(String what) {
            end("\u001b[31m✗\u001b[0m ", what + " (" + elapsed() + ")");
        }

        private void end(String mark, String text) {
            synchronized (lock) {
                current = null;
                clear();
                console.note((console.isTerminal() ? mark : "  ") + text);
            }
        }

        private String elapsed() {
            return Durations.brief(Duration.between(began, clock.instant()));
        }
    }
}
