package io.slipway.agent.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of another program, in a session of its own, so that stopping it stops its children as well. Interrupting the
 * waiting thread terminates the program: nicely at first, by force after ten seconds.
 */
public final class Program {
    private static final int TAIL_BYTES = 16 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    public static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>(Map.of("PATH", PATH));
    private @Nullable File directory;
    private @Nullable Path stdoutLog;
    private @Nullable Path stderrLog;

    private Program(List<String> command) {
        this.command = command;
    }

    public static Program of(String... command) {
        return new Program(List.of(command));
    }

    public static Program of(List<String> command) {
        return new Program(List.copyOf(command));
    }

    public Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Program with(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    public Program in(Path directory) {
        this.directory = directory.toFile();
        return this;
    }

    /** Appends both outputs to files too, as BOSH does for lifecycle scripts. */
    public Program loggingTo(Path stdout, Path stderr) {
        this.stdoutLog = stdout;
        this.stderrLog = stderr;
        return this;
    }

    /** Runs to the end, whatever the exit code. */
    public Finished run() throws IOException, InterruptedException {
        return stdoutLog == null || stderrLog == null ? runCapturing() : runLogging(stdoutLog, stderrLog);
    }

    /**
     * Runs a program that leaves a daemon behind: nothing of it is read, so that the daemon holds nothing of the agent.
     * Gives the exit code, or nothing where the time was not enough; the program is then left running.
     */
    public Optional<Integer> runDetached(Duration timeout) throws IOException, InterruptedException {
        var process = builder()
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    private Finished runCapturing() throws IOException, InterruptedException {
        var process = builder().start();
        var stdout = new Tail(TAIL_BYTES);
        var stderr = new Tail(TAIL_BYTES);
        var first = pump(process.getInputStream(), stdout);
        var second = pump(process.getErrorStream(), stderr);
        var exitCode = await(process);
        // A daemon that the program left behind may hold the pipe open for ever: do not wait for its end.
        first.join(500);
        second.join(500);
        return new Finished(command, exitCode, stdout.text(), stderr.text());
    }

    /** The program writes to the files itself, so that they are whole even where the agent dies meanwhile. */
    private Finished runLogging(Path stdout, Path stderr) throws IOException, InterruptedException {
        var stdoutStart = size(stdout);
        var stderrStart = size(stderr);
        var process = builder()
                .redirectOutput(ProcessBuilder.Redirect.appendTo(stdout.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(stderr.toFile()))
                .start();
        var exitCode = await(process);
        return new Finished(command, exitCode, tail(stdout, stdoutStart), tail(stderr, stderrStart));
    }

    private ProcessBuilder builder() {
        var line = new ArrayList<String>(command.size() + 1);
        line.add("setsid");
        line.addAll(command);
        var builder = new ProcessBuilder(line).redirectInput(new File("/dev/null"));
        if (directory != null) {
            builder.directory(directory);
        }
        var inherited = builder.environment();
        inherited.clear();
        inherited.putAll(environment);
        return builder;
    }

    private static int await(Process process) throws InterruptedException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            terminate(process);
            throw e;
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static String tail(Path file, long start) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var from = Math.max(start, channel.size() - TAIL_BYTES);
            var bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
                continue;
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }

    /** Runs to the end and fails unless the exit code is 0. */
    public Finished mustSucceed() throws IOException, InterruptedException {
        var finished = run();
        if (finished.exitCode() != 0) {
            throw new IOException(finished.describe());
        }
        return finished;
    }

    private static Thread pump(InputStream from, Tail tail) {
        return Thread.ofPlatform().daemon().name("output").start(() -> {
            var buffer = new byte[4096];
            try (from) {
                for (var n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                    tail.append(buffer, n);
                }
            } catch (IOException e) {
                var note = ("\n[agent: output lost: " + e.getMessage() + "]\n").getBytes(StandardCharsets.UTF_8);
                tail.append(note, note.length);
            }
        });
    }

    private static void terminate(Process process) {
        signal(process, "-TERM");
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                signal(process, "-KILL");
            }
        } catch (InterruptedException e) {
            signal(process, "-KILL");
        }
    }

    private static void signal(Process process, String signal) {
        try {
            new ProcessBuilder("kill", signal, "--", "-" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }

    /** How a program ended, with the last of what it said. */
    public record Finished(List<String> command, int exitCode, String stdout, String stderr) {
        public String tail() {
            return stdout.isEmpty() ? stderr : stderr.isEmpty() ? stdout : stdout + "\n" + stderr;
        }

        public String describe() {
            var said = stderr.isBlank() ? stdout.strip() : stderr.strip();
            return String.join(" ", command) + " ended with " + exitCode + (said.isEmpty() ? "" : ": " + said);
        }
    }
}
