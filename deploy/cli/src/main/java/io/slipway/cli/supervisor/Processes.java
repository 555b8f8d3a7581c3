package io.slipway.cli.supervisor;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Processes of this machine, known by their command lines: a stale pid file misleads nobody. */
public final class Processes {
    private static final Duration LOOK = Duration.ofMillis(50);

    private Processes() {}

    /** The process whose command line ends with these arguments, and has a program before them. */
    public static Optional<ProcessHandle> find(List<String> ending) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (endsWith(arguments(process), ending)) {
                    return ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
                }
            }
            return Optional.empty();
        } catch (IOException noProc) {
            return Optional.empty();
        }
    }

    private static boolean endsWith(List<String> arguments, List<String> ending) {
        int from = arguments.size() - ending.size();
        return from > 0 && arguments.subList(from, arguments.size()).equals(ending);
    }

    /** From /proc: {@link ProcessHandle.Info} gives the first 4096 characters only. */
    static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException endedOrForbidden) {
            return List.of();
        }
    }

    /** Starts a program in a session of its own, so that it outlives this process; what it says is added to a log. */
    public static Process startApart(List<String> command, Path folder, Path log) throws IOException {
        List<String> apart = new ArrayList<>(List.of("setsid"));
        apart.addAll(command);
        return new ProcessBuilder(apart)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true)
                .start();
    }

    /** Tells a process to end, and kills it where it has not ended by the deadline. */
    public static void stop(ProcessHandle process, Duration deadline) {
        process.destroy();
        if (!ended(process, deadline)) {
            process.destroyForcibly();
            ended(process, deadline);
        }
    }

    /** Looks often: {@link ProcessHandle#onExit} looks seldom at processes that are no children. */
    public static boolean ended(ProcessHandle process, Duration deadline) {
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
}
