package io.slipway.cli;

import io.slipway.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands as a shell would, in a home of its own, and keeps what they said. */
public final class CliRun {
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String input = "";
    private boolean isTerminal;

    public CliRun(Path home) {
        this.home = home;
    }

    public CliRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public CliRun answering(String typed) {
        input = typed;
        return this;
    }

    public CliRun onTerminal() {
        isTerminal = true;
        return this;
    }

    public Cli cli(Path root) {
        var console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                isTerminal,
                80);
        return new Cli(console, environment, home, root);
    }

    public int run(String... arguments) {
        return Main.run(cli(Path.of("../..").toAbsolutePath().normalize()), arguments);
    }

    /** Has a failure told as commands tell it. */
    public void failed(Exception failure) {
        err.writeBytes(("Error: " + failure.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
