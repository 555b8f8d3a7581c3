package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.output.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The director's process on this machine. It is found by its command line, so that a stale pid file misleads nobody. */
final class DirectorProcess {
    private static final String MAIN = "io.slipway.server.Main";
    /** A JVM cannot change what of its files others may read; whoever starts it can. */
    private static final List<String> FOR_NOBODY_ELSE = List.of("sh", "-c", "umask 077 && exec \"$@\"", "sh");

    private static final String JAVA_OPTIONS = "SLIPWAY_DIRECTOR_JAVA_OPTIONS";
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration START_DEADLINE = Duration.ofSeconds(180);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);

    private final Cli cli;
    private final DataFolder data;
    private final DirectorProgram program;

    DirectorProcess(Cli cli, DataFolder data) {
        this.cli = cli;
        this.data = data;
        this.program = new DirectorProgram(data, BuildCache.of(cli), cli.root());
    }

    Optional<ProcessHandle> find() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isDirector(arguments(process))) {
                    return ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
                }
            }
            return Optional.empty();
        } catch (IOException noProc) {
            return Optional.empty();
        }
    }

    private static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException endedOrForbidden) {
            return List.of();
        }
    }

    private boolean isDirector(List<String> arguments) {
        int main = arguments.indexOf(MAIN);
        return main > 0
                && arguments
                        .subList(main + 1, arguments.size())
                        .equals(List.of("--config", data.settings().toString()));
    }

    /** Starts the director apart from this process, and waits until it is healthy. */
    void start(DirectorSettings settings, Progress.Step step) {
        try {
            PrivateFiles.createFolders(data.logs());
            program.install();
            List<String> command = new ArrayList<>(List.of("setsid"));
            command.addAll(java(List.of()));
            Process process = new ProcessBuilder(command)
                    .directory(data.root().toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(data.directorLog().toFile()))
                    .redirectErrorStream(true)
                    .start();
            Files.writeString(data.pidFile(), process.pid() + "\n");
            awaitHealth(process, settings, step);
        } catch (IOException failure) {
            throw new CliException("the director cannot be started: " + failure.getMessage(), failure);
        }
    }

    private void awaitHealth(Process process, DirectorSettings settings, Progress.Step step) {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (!isHealthy(settings)) {
            if (!process.isAlive()) {
                throw new CliException("the director ended while it started, with exit code " + process.exitValue()
                        + "; its last words: " + lastWords(data.directorLog()) + " (see " + data.directorLog() + ")");
            }
            if (System.nanoTime() > deadline) {
                throw new CliException("the director is not healthy after " + START_DEADLINE.toSeconds() + " s (see "
                        + data.directorLog() + ")");
            }
            step.detail(lastLine(data.directorLog()));
            pause(process);
        }
    }

    private static void pause(Process process) {
        try {
            process.waitFor(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", interrupted);
        }
    }

    boolean isHealthy(DirectorSettings settings) {
        if (!Files.exists(data.certificateAuthority())) {
            return false;
        }
        try {
            return new DirectorClient(settings.target(data)).tryGet("/health").isSuccess();
        } catch (CliException notYet) {
            return false;
        }
    }

    /** Stops the director; VMs are left as they are. */
    void stop(ProcessHandle process) {
        process.destroy();
        try {
            if (!ended(process, STOP_DEADLINE)) {
                process.destroyForcibly();
                ended(process, STOP_DEADLINE);
            }
            Files.deleteIfExists(data.pidFile());
        } catch (IOException failure) {
            throw new CliException(data.pidFile() + " cannot be deleted: " + failure.getMessage(), failure);
        }
    }

    /** Looks often: {@link ProcessHandle#onExit} looks seldom at processes that are no children. */
    private static boolean ended(ProcessHandle process, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                throw new CliException("interrupted");
            }
        }
        return true;
    }

    /** Runs one of the server's own commands, such as power-off, while no director runs. */
    void run(String subcommand, Progress.Step step) {
        var script =
                new Script(java(List.of(subcommand)), data.root(), data.logs().resolve(subcommand + ".log"));
        script.run(step);
    }

    private List<String> java(List<String> more) {
        List<String> command = new ArrayList<>(FOR_NOBODY_ELSE);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx448m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            // protobuf's and Pekko's use of it is known.
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        Arrays.stream(cli.variable(JAVA_OPTIONS).split("\\s+"))
                .filter(option -> !option.isEmpty())
                .forEach(command::add);
        command.addAll(program.options());
        command.addAll(List.of(MAIN, "--config", data.settings().toString()));
        command.addAll(more);
        return command;
    }

    static String lastWords(Path log) {
        List<String> lines = tail(log, 5);
        return lines.isEmpty() ? "none" : String.join(" | ", lines);
    }

    private static String lastLine(Path log) {
        List<String> lines = tail(log, 1);
        return lines.isEmpty() ? "" : lines.getFirst();
    }

    static List<String> tail(Path log, int count) {
        try (var file = java.nio.channels.FileChannel.open(log)) {
            long from = Math.max(0, file.size() - 16_384);
            var buffer = java.nio.ByteBuffer.allocate(Math.toIntExact(file.size() - from));
            while (buffer.hasRemaining() && file.read(buffer, from + buffer.position()) >= 0) {
                // reads on
            }
            List<String> lines = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException none) {
            return List.of();
        }
    }
}
