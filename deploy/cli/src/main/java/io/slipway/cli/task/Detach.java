package io.slipway.cli.task;

import io.slipway.cli.output.Console;

/** While open, an interrupt (Ctrl-C) says that the work goes on without this command, and how to look at it. */
public final class Detach implements AutoCloseable {
    private final Thread hook;

    public Detach(Console console, String howToLook) {
        this.hook = new Thread(() -> {
            console.note("");
            console.note("Detached: the director goes on. Look with: " + howToLook);
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException isShuttingDown) {
            // the hook has the word
        }
    }
}
