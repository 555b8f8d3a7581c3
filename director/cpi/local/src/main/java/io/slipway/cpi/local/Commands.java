package io.slipway.cpi.local;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the machine's tools, with argument lists and never through a shell. */
final class Commands {
    static final Duration QUICK = Duration.ofSeconds(30);
    static final Duration LONG = Duration.ofMinutes(15);

    /** What a tool answered: its exit code and its output, standard error included. */
    record Answer(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** Runs a tool that has to succeed and returns its output. */
    String run(String... command) {
        return run(QUICK, "", List.of(command));
    }

    /** Runs a tool that has to succeed, with text on its standard input. */
    String run(Duration timeout, String input, List<String> command) {
        var answer = attempt(timeout, input, command);
        if (!answer.succeeded()) {
            throw failed(
                    command,
                    "exit code " + answer.exitCode() + ": " + answer.output().strip());
        }
        return answer.output();
    }

    /** Runs a tool that may fail. */
    Answer attempt(String... command) {
        return attempt(QUICK, "", List.of(command));
    }

    private Answer attempt(Duration timeout, String input, List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        try {
            var process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The tool ended without reading its input; its exit code tells why.
            }
            var watchdog = process.onExit().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
            var killer = watchdog.exceptionally(late -> process.destroyForcibly());
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (watchdog.isCompletedExceptionally()) {
                killer.join();
                throw failed(command, "no answer within " + timeout);
            }
            return new Answer(exitCode, output);
        } catch (IOException e) {
            throw failed(command, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    /** Runs a tool whose children keep its output open, which therefore goes to a file. */
    int runDetached(Path outputFile, List<String> command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(outputFile.toFile()))
                    .start();
            if (!process.waitFor(QUICK.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw failed(command, "no answer within " + QUICK);
            }
            return process.exitValue();
        } catch (IOException e) {
            throw failed(command, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    private static CpiException failed(List<String> command, String why) {
        var shown = String.join(" ", command.subList(0, Math.min(command.size(), 8)));
        return new CpiException(new CpiFailure.CloudError("'" + shown + "' failed: " + why, true));
    }
}
