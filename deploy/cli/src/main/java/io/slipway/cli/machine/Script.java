package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.output.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A program that is run to its end: what it says goes to a log file and, line by line, to the progress. */
record Script(List<String> command, Path folder, Path log) {

    /** Runs it; its result is the last line of its standard output. Fails with its last words. */
    String run(Progress.Step step) {
        return run(step, Path.of("/dev/null"));
    }

    /** As {@link #run(Progress.Step)}, with this file as its standard input. */
    String run(Progress.Step step, Path input) {
        try {
            PrivateFiles.createFoldersOf(log);
            var builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.redirectInput(input.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            // sudo takes these from the path
            builder.environment()
                    .merge(
                            "PATH",
                            "/usr/local/go/bin:/usr/local/bin:/usr/sbin:/sbin",
                            (path, more) -> path + ":" + more);
            try (var writer = new PrintWriter(Files.newBufferedWriter(log), true)) {
                return runLogged(builder.start(), writer, step);
            }
        } catch (IOException failure) {
            throw new CliException(command.getFirst() + " cannot be run: " + failure.getMessage(), failure);
        }
    }

    private String runLogged(Process process, PrintWriter writer, Progress.Step step) {
        var last = new AtomicReference<String>("");
        Thread errors = Thread.ofVirtual()
                .start(() -> lines(process.getErrorStream(), line -> {
                    writer.println(line);
                    step.detail(line);
                }));
        lines(process.getInputStream(), line -> {
            writer.println(line);
            step.detail(line);
            if (!line.isBlank()) {
                last.set(line.strip());
            }
        });
        try {
            errors.join();
            int code = process.waitFor();
            if (code != 0) {
                throw new CliException(name() + " failed with exit code " + code + "; its last words: "
                        + DirectorProcess.lastWords(log) + " (see " + log + ")");
            }
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", interrupted);
        }
        return Objects.requireNonNull(last.get());
    }

    private String name() {
        return log.getFileName().toString().replaceFirst("\\.log$", "");
    }

    private static void lines(InputStream stream, java.util.function.Consumer<String> taker) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(taker);
        } catch (IOException | java.io.UncheckedIOException closed) {
            // the process has ended
        }
    }
}
