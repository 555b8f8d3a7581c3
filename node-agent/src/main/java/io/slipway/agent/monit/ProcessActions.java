package io.slipway.agent.monit;

import io.slipway.agent.process.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Runs the start and stop programs of job processes as monit would, but those that do not depend on each other at the
 * same time: monit takes one after the other. What does not come up in time is left to monit, which tries again each cycle.
 */
final class ProcessActions {
    private ProcessActions() {}

    /** Starts what does not run, dependencies first. Gives the names of those that did not come up. */
    static List<String> start(List<JobProcess> processes) throws InterruptedException {
        return inWaves(processes, JobProcess::dependsOn, process -> {
            if (process.isRunning() || process.start().isEmpty()) {
                return true;
            }
            var action = process.start().get();
            return run(process, action, "Started") && (process.pidFile().isEmpty() || await(process, true, action));
        });
    }

    /** Stops what runs, dependents first. Gives the names of those that still run. */
    static List<String> stop(List<JobProcess> processes) throws InterruptedException {
        var dependents = dependents(processes);
        return inWaves(processes, process -> dependents.getOrDefault(process.name(), List.of()), process -> {
            if (process.stop().isEmpty() || (process.pidFile().isPresent() && !process.isRunning())) {
                return true;
            }
            var action = process.stop().get();
            run(process, action, "Stopped");
            return await(process, false, action);
        });
    }

    private interface Step {
        boolean apply(JobProcess process) throws InterruptedException, IOException;
    }

    private static List<String> inWaves(
            List<JobProcess> processes, Function<JobProcess, Collection<String>> after, Step step)
            throws InterruptedException {
        var failed = new ArrayList<String>();
        Set<String> done = new HashSet<>();
        var left = new ArrayList<>(processes);
        try (var threads = Pool.of(processes.size())) {
            while (!left.isEmpty()) {
                var wave = next(left, after, done);
                left.removeAll(wave);
                var results = new LinkedHashMap<String, Future<Boolean>>();
                for (var process : wave) {
                    results.put(process.name(), threads.service.submit(() -> step.apply(process)));
                }
                for (var result : results.entrySet()) {
                    done.add(result.getKey());
                    if (!succeeded(result.getValue())) {
                        failed.add(result.getKey());
                    }
                }
            }
        }
        return failed;
    }

    /** Those whose predecessors are done or not here at all; all that are left where they wait for each other. */
    private static List<JobProcess> next(
            List<JobProcess> left, Function<JobProcess, Collection<String>> after, Set<String> done) {
        var names = left.stream().map(JobProcess::name).toList();
        var ready = left.stream()
                .filter(p -> after.apply(p).stream().allMatch(n -> done.contains(n) || !names.contains(n)))
                .toList();
        return ready.isEmpty() ? List.copyOf(left) : ready;
    }

    private static Map<String, List<String>> dependents(List<JobProcess> processes) {
        var result = new LinkedHashMap<String, List<String>>();
        for (var process : processes) {
            for (var name : process.dependsOn()) {
                result.computeIfAbsent(name, n -> new ArrayList<>()).add(process.name());
            }
        }
        return result;
    }

    private static boolean succeeded(Future<Boolean> future) throws InterruptedException {
        try {
            return future.get();
        } catch (java.util.concurrent.ExecutionException e) {
            return false;
        }
    }

    private static boolean run(JobProcess process, JobProcess.Action action, String event)
            throws InterruptedException, IOException {
        var program = Program.of(asUser(action))
                .with("PATH", "/bin:/usr/bin:/sbin:/usr/sbin")
                .with("MONIT_SERVICE", process.name())
                .with("MONIT_EVENT", event);
        return program.runDetached(action.timeout()).filter(code -> code == 0).isPresent();
    }

    private static List<String> asUser(JobProcess.Action action) {
        var line = new ArrayList<String>();
        if (!action.user().isEmpty() || !action.group().isEmpty()) {
            line.add("setpriv");
            if (!action.user().isEmpty()) {
                line.add("--reuid=" + action.user());
            }
            if (action.group().isEmpty()) {
                line.add("--clear-groups");
            } else {
                line.add("--regid=" + action.group());
                line.add(action.user().isEmpty() ? "--keep-groups" : "--init-groups");
            }
        }
        line.addAll(action.command());
        return line;
    }

    private static boolean await(JobProcess process, boolean isWanted, JobProcess.Action action)
            throws InterruptedException {
        var deadline = System.nanoTime() + action.timeout().toNanos();
        while (process.isRunning() != isWanted) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(10));
        }
        return true;
    }

    private record Pool(ExecutorService service) implements AutoCloseable {
        static Pool of(int size) {
            return new Pool(Executors.newFixedThreadPool(
                    Math.max(1, size),
                    Thread.ofPlatform().daemon().name("process-", 0).factory()));
        }

        @Override
        public void close() {
            service.shutdownNow();
        }
    }
}
