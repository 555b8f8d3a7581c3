package io.slipway.cpi.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of its own that begins with an operation of the local CPI and is dead, without a word, at the n-th step. */
final class DyingDirector {
    static final int KILLED = 137;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private DyingDirector() {}

    /** Runs the operation in another JVM; returns its exit code, {@link #KILLED} where it got to the step. */
    static int run(StepScene scene, StepOperation operation, int step) throws IOException, InterruptedException {
        return run(List.of(), scene, operation, step);
    }

    /** Runs the operation to its end in another JVM, with this umask. */
    static int runWithUmask(String umask, StepScene scene, StepOperation operation)
            throws IOException, InterruptedException {
        return run(
                List.of("sh", "-c", "umask " + umask + " && exec \"$@\"", "sh"), scene, operation, Integer.MAX_VALUE);
    }

    private static int run(List<String> before, StepScene scene, StepOperation operation, int step)
            throws IOException, InterruptedException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                DyingDirector.class.getName(),
                scene.directory().toString(),
                scene.directorUuid(),
                scene.subnet(),
                operation.name(),
                Integer.toString(step)));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(scene.directory().resolve("dying-director.log").toFile())
                .start();
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the director that should die lives on after " + DEADLINE);
        }
        return process.exitValue();
    }

    public static void main(String[] args) {
        var scene = new StepScene(Path.of(args[0]), args[1], args[2]);
        int deadly = Integer.parseInt(args[4]);
        var reached = new AtomicInteger();
        StepOperation.valueOf(args[3]).run(scene, scene.open(step -> {
            if (reached.getAndIncrement() == deadly) {
                Runtime.getRuntime().halt(KILLED);
            }
        }));
    }
}
