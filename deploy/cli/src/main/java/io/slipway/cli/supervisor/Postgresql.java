package io.slipway.cli.supervisor;

import io.slipway.cli.supervisor.SupervisorPlan.PostgresqlPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A PostgreSQL that is started and ended by its own {@code pg_ctl}, and found by its own pid file. */
public final class Postgresql {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration BEFORE_A_START = Duration.ofSeconds(1);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private final PostgresqlPlan plan;
    private volatile boolean isStopped;

    public Postgresql(PostgresqlPlan plan) {
        this.plan = plan;
    }

    /** Its first process, if it runs. A pid file that the end of the machine left names somebody else's. */
    public Optional<ProcessHandle> find() {
        try {
            List<String> lines = Files.readAllLines(Path.of(plan.data(), "postmaster.pid"));
            long pid = Long.parseLong(lines.getFirst().strip());
            return Processes.arguments(Path.of("/proc", Long.toString(pid))).contains(plan.data())
                    ? ProcessHandle.of(pid)
                    : Optional.empty();
        } catch (IOException | NumberFormatException | java.util.NoSuchElementException none) {
            return Optional.empty();
        }
    }

    /** Starts it where it does not run, and waits until it takes connections. */
    public void start() throws IOException {
        if (find().isEmpty()) {
            run(plan.start());
        }
    }

    /** Ends it where it runs: clients are cut off, what was committed stays. */
    public void stop() throws IOException {
        if (find().isPresent()) {
            run(plan.stop());
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("pg_ctl has not ended after " + DEADLINE.toSeconds() + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        if (process.exitValue() != 0) {
            throw new IOException("pg_ctl ended with exit code " + process.exitValue());
        }
    }

    /** Starts it again whenever it has ended, until {@link #release}. */
    void keep(Consumer<String> log) {
        while (!isStopped) {
            LockSupport.parkNanos(PAUSE.toNanos());
            if (!isStopped && find().isEmpty()) {
                log.accept("PostgreSQL ended and is started again");
                LockSupport.parkNanos(BEFORE_A_START.toNanos());
                startAgain(log);
            }
        }
    }

    private void startAgain(Consumer<String> log) {
        try {
            if (!isStopped) {
                start();
                log.accept("PostgreSQL takes connections");
            }
        } catch (IOException failure) {
            log.accept("PostgreSQL cannot be started: " + failure.getMessage());
            LockSupport.parkNanos(AFTER_A_FAILURE.toNanos());
        }
    }

    /** From now on it is not started again. */
    void release() {
        isStopped = true;
    }
}
