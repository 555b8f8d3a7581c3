package io.slipway.cli.supervisor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process that keeps the directors of one machine and their PostgreSQL running: whoever ended is started again, and who
 * is frozen is killed first. Told to end, it ends the directors one after the other, so that each hands over to the rest, and
 * then PostgreSQL. Killed itself, it leaves them as they are, and the next one takes them over.
 */
public final class Supervisor {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(130);

    private final SupervisorPlan plan;
    private final Path stateFile;
    private final Postgresql postgresql;
    private final List<Keeper> keepers;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean isStopped;

    private Supervisor(SupervisorPlan plan, Path stateFile) {
        this.plan = plan;
        this.stateFile = stateFile;
        this.postgresql = new Postgresql(plan.postgresql());
        this.keepers = plan.directors().stream()
                .map(director -> new Keeper(director, Supervisor::log))
                .toList();
    }

    /** By these arguments its command line ends, so that it is found again. */
    public static List<String> ending(Path plan) {
        return List.of(Supervisor.class.getName(), plan.toString());
    }

    /** Where it tells of the directors. */
    public static Path stateFile(Path plan) {
        return plan.resolveSibling("supervisor-state.json");
    }

    /** Ends directors one after the other, and then PostgreSQL. */
    public static void stopAll(SupervisorPlan plan) throws IOException {
        for (SupervisorPlan.DirectorPlan director : plan.directors()) {
            Processes.find(director.ending()).ifPresent(process -> Processes.stop(process, LONGEST_STOP));
        }
        new Postgresql(plan.postgresql()).stop();
    }

    /** How long {@link #stopAll} takes at most. */
    public static Duration longestStop(SupervisorPlan plan) {
        return LONGEST_STOP.multipliedBy(2L * plan.directors().size() + 2);
    }

    /** Takes the plan's file. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        var lockFile = FileChannel.open(
                file.resolveSibling("supervisor.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = lockFile.tryLock();
        if (lock == null) {
            log("another supervisor looks after these directors: this one is not needed");
            return;
        }
        new Supervisor(SupervisorPlan.read(file), stateFile(file)).run();
    }

    private void run() {
        var hook = new Thread(this::stop, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        log("looks after " + keepers.size() + " directors");
        tell();
        try {
            postgresql.start();
        } catch (IOException failure) {
            log("PostgreSQL cannot be started: " + failure.getMessage());
        }
        Thread.ofPlatform().name("postgresql").start(() -> postgresql.keep(Supervisor::log));
        keepers.forEach(
                keeper -> threads.add(Thread.ofPlatform().name(keeper.name()).start(keeper)));
        Map<String, Integer> told = Map.of();
        while (!isStopped) {
            if (!failures().equals(told)) {
                told = failures();
                tell();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void stop() {
        log("ends the directors, one after the other");
        isStopped = true;
        keepers.forEach(Keeper::stop);
        postgresql.release();
        try {
            for (Thread thread : threads) {
                // What it is starting right now has to be found below.
                thread.join(LONGEST_TURN);
            }
            stopAll(plan);
            log("has ended all");
        } catch (IOException failure) {
            log("PostgreSQL did not end: " + failure.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Integer> failures() {
        Map<String, Integer> failures = new TreeMap<>();
        keepers.forEach(keeper -> failures.put(keeper.name(), keeper.watch().failures()));
        return failures;
    }

    private void tell() {
        try {
            new SupervisorState(failures()).write(stateFile);
        } catch (IOException failure) {
            log("cannot write " + stateFile + ": " + failure.getMessage());
        }
    }

    private static void log(String text) {
        System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
    }
}
