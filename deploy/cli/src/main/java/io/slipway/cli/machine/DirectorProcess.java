package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.output.Progress;
import io.slipway.cli.supervisor.Processes;
import io.slipway.cli.supervisor.SupervisorPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The director's process on this machine. It is found by its command line, so that a stale pid file misleads nobody. */
final class DirectorProcess {
    private static final String MAIN = "io.slipway.server.Main";
    /** A JVM cannot change what of its files others may read; whoever starts it can. */
    static final List<String> FOR_NOBODY_ELSE = List.of("sh", "-c", "umask 077 && exec \"$@\"", "sh");

    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final int UNAVAILABLE = 503;
    private static final String JAVA_OPTIONS = "SLIPWAY_DIRECTOR_JAVA_OPTIONS";
    static final Duration START_DEADLINE = Duration.ofSeconds(180);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);

    private final Cli cli;
    private final DataFolder data;
    private final DirectorProgram program;
    private final boolean isFirst;

    DirectorProcess(Cli cli, DataFolder data) {
        this(cli, data, data);
    }

    /** One of several, which all run from the program in the first one's folder. */
    DirectorProcess(Cli cli, DataFolder data, DataFolder first) {
        this.cli = cli;
        this.data = data;
        this.isFirst = data.equals(first);
        this.program = new DirectorProgram(first, BuildCache.of(cli), cli.root());
    }

    Optional<ProcessHandle> find() {
        return Processes.find(ending());
    }

    private List<String> ending() {
        return List.of(MAIN, "--config", data.settings().toString());
    }

    /** What a supervisor needs to know to run it. */
    SupervisorPlan.DirectorPlan plan(String name, DirectorSettings settings) {
        return new SupervisorPlan.DirectorPlan(
                name,
                java(List.of()),
                ending(),
                data.root().toString(),
                data.directorLog().toString(),
                settings.url(),
                data.certificateAuthority().toString());
    }

    /** Copies the program that was built last; only while no director runs. */
    void install() {
        program.install();
    }

    /** Starts the director apart from this process, and waits until it is healthy. */
    void start(DirectorSettings settings, Progress.Step step) {
        try {
            PrivateFiles.createFolders(data.logs());
            program.install();
            Process process = Processes.startApart(java(List.of()), data.root(), data.directorLog());
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

    /** Whether it can be given work; directors of earlier versions say only whether they live. */
    boolean isReady(DirectorSettings settings) {
        if (!Files.exists(data.certificateAuthority())) {
            return false;
        }
        try {
            DirectorClient.Answer ready = new DirectorClient(settings.target(data)).tryGet("/ready");
            return ready.isSuccess() || ready.status() != UNAVAILABLE && isHealthy(settings);
        } catch (CliException notYet) {
            return false;
        }
    }

    /** Stops the director; VMs are left as they are. */
    void stop(ProcessHandle process) {
        Processes.stop(process, STOP_DEADLINE);
        try {
            Files.deleteIfExists(data.pidFile());
        } catch (IOException failure) {
            throw new CliException(data.pidFile() + " cannot be deleted: " + failure.getMessage(), failure);
        }
    }

    /** Runs one of the server's own commands, such as power-off, while no director runs. */
    void run(Progress.Step step, String subcommand, String... arguments) {
        List<String> more = new ArrayList<>(List.of(subcommand));
        more.addAll(List.of(arguments));
        new Script(java(more), data.root(), data.logs().resolve(subcommand + ".log")).run(step);
    }

    private List<String> java(List<String> more) {
        List<String> command = new ArrayList<>(FOR_NOBODY_ELSE);
        command.add(JAVA);
        command.addAll(List.of(
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
        command.addAll(program.options(isFirst));
        command.addAll(ending());
        command.addAll(more);
        return command;
    }

    static String lastWords(Path log) {
        List<String> lines = tail(log, 5);
        return lines.isEmpty() ? "none" : String.join(" | ", lines);
    }

    static String lastLine(Path log) {
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
