package io.slipway.agent.job;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Drain;
import io.slipway.protocol.agent.v1.DrainResult;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.JobSpec;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * BOSH's drain protocol: {@code bin/drain} prints how many seconds to wait; a negative number means "wait that long and ask
 * me again" (dynamic), zero or a positive one "wait that long, then stop" (static).
 */
public final class DrainScripts {
    private final Layout layout;

    public DrainScripts(Layout layout) {
        this.layout = layout;
    }

    /**
     * Drains all jobs at once; gives the seconds that the longest waited. A script that prints a number and fails all the
     * same has drained, as with BOSH, and is remarked upon.
     */
    public DrainResult run(Drain drain, ApplySpec current) throws CommandFailure, IOException, InterruptedException {
        var runs = new ArrayList<Callable<Outcome>>();
        for (var job : current.getJobsList()) {
            if (Files.exists(layout.job(job.getName()).resolve("bin/drain"))) {
                runs.add(() -> drain(job, drain, current));
            }
        }
        var result = DrainResult.newBuilder();
        for (var outcome : Together.run(runs)) {
            if (outcome.failure().isPresent()) {
                throw outcome.failure().get();
            }
            result.setWaitedSeconds(Math.max(result.getWaitedSeconds(), outcome.waitedSeconds()))
                    .addAllRemarks(outcome.remarks());
        }
        return result.build();
    }

    private record Outcome(int waitedSeconds, Set<String> remarks, Optional<CommandFailure> failure) {}

    private Outcome drain(JobSpec job, Drain drain, ApplySpec current) throws IOException, InterruptedException {
        var arguments = arguments(drain, current);
        var next = drain.hasNext() ? Optional.of(drain.getNext()) : Optional.<ApplySpec>empty();
        var waited = 0;
        var remarks = new LinkedHashSet<String>();
        while (true) {
            var finished = runOnce(job, arguments, current, next);
            var said = finished.stdout().strip();
            if (!said.matches("[+-]?[0-9]{1,6}")) {
                return new Outcome(waited, remarks, Optional.of(refused(job, finished)));
            }
            if (finished.exitCode() != 0) {
                remarks.add("the drain script of job " + job.getName() + " printed a number and ended with exit code "
                        + finished.exitCode() + ", which does no harm");
            }
            var seconds = Integer.parseInt(said);
            Thread.sleep(Duration.ofSeconds(Math.abs(seconds)));
            waited += Math.abs(seconds);
            if (seconds >= 0) {
                return new Outcome(waited, remarks, Optional.empty());
            }
            arguments = List.of("job_check_status", "hash_unchanged");
            next = Optional.empty();
        }
    }

    private Program.Finished runOnce(JobSpec job, List<String> arguments, ApplySpec current, Optional<ApplySpec> next)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(layout.job(job.getName()).resolve("bin/drain").toString());
        command.addAll(arguments);
        var program = Program.of(command).with("BOSH_JOB_STATE", presented(current));
        next.ifPresent(n -> program.with("BOSH_JOB_NEXT_STATE", presented(n)));
        return program.run();
    }

    private static List<String> arguments(Drain drain, ApplySpec current) {
        if (drain.getKind() == Drain.Kind.SHUTDOWN) {
            return List.of("job_shutdown", "hash_unchanged");
        }
        var next = drain.getNext();
        var arguments = new ArrayList<String>();
        arguments.add(current.getJobsCount() == 0 ? "job_new" : "job_changed");
        arguments.add(
                current.getConfigurationHash().isEmpty()
                        ? "hash_new"
                        : current.getConfigurationHash().equals(next.getConfigurationHash())
                                ? "hash_unchanged"
                                : "hash_changed");
        arguments.addAll(updatedPackages(current, next));
        return arguments;
    }

    private static List<String> updatedPackages(ApplySpec current, ApplySpec next) {
        var digests = new HashMap<String, String>();
        for (var spec : current.getPackagesList()) {
            digests.put(spec.getName(), spec.getCompiled().getSha256());
        }
        return next.getPackagesList().stream()
                .filter(p -> !p.getCompiled().getSha256().equals(digests.get(p.getName())))
                .map(PackageSpec::getName)
                .sorted()
                .toList();
    }

    private static String presented(ApplySpec spec) {
        return "{\"persistent_disk\":" + spec.getPersistentDiskMb() + "}";
    }

    private static CommandFailure refused(JobSpec job, Program.Finished finished) {
        return new CommandFailure(
                Failure.Code.SCRIPT_FAILED,
                "the drain script of job " + job.getName() + " did not print a number (exit code " + finished.exitCode()
                        + ")",
                finished.tail());
    }
}
