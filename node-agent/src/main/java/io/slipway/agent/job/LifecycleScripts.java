package io.slipway.agent.job;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** Runs {@code bin/<name>} of all jobs at once; what a script says goes to the job's log folder. */
public final class LifecycleScripts {
    private static final Set<String> NAMES = Set.of("pre-start", "post-start", "post-deploy", "pre-stop", "post-stop");

    private final Layout layout;

    public LifecycleScripts(Layout layout) {
        this.layout = layout;
    }

    private record Ended(String job, Program.Finished finished) {}

    /** Fails with SCRIPT_FAILED, naming the jobs, when any script ends with another exit code than 0. */
    public void run(String name, ApplySpec spec, Map<String, String> environment)
            throws CommandFailure, IOException, InterruptedException {
        if (!NAMES.contains(name)) {
            throw new CommandFailure(Failure.Code.INVALID, "'" + name + "' is no lifecycle script; those are " + NAMES);
        }
        var runs = new ArrayList<Callable<Ended>>();
        for (var job : jobsWith(spec, name)) {
            runs.add(() -> run(job, name, environment));
        }
        var failed = new ArrayList<String>();
        var passed = new ArrayList<String>();
        var output = new StringBuilder();
        for (var ended : Together.run(runs)) {
            if (ended.finished.exitCode() == 0) {
                passed.add(ended.job);
            } else {
                failed.add(ended.job + " (exit code " + ended.finished.exitCode() + ")");
                output.append(ended.finished.tail()).append('\n');
            }
        }
        if (!failed.isEmpty()) {
            var others = passed.isEmpty() ? "" : ". Successful Jobs: " + String.join(", ", passed);
            throw new CommandFailure(
                    Failure.Code.SCRIPT_FAILED,
                    failed.size() + " of " + runs.size() + " " + name + " scripts failed. Failed Jobs: "
                            + String.join(", ", failed) + others,
                    output.toString());
        }
    }

    private List<String> jobsWith(ApplySpec spec, String script) {
        return spec.getJobsList().stream()
                .map(JobSpec::getName)
                .filter(job -> Files.exists(layout.job(job).resolve("bin").resolve(script)))
                .toList();
    }

    private Ended run(String job, String name, Map<String, String> environment)
            throws IOException, InterruptedException {
        var logs = layout.systemLogs().resolve(job);
        Files.createDirectories(logs);
        return new Ended(
                job,
                Program.of(layout.job(job).resolve("bin").resolve(name).toString())
                        .with(environment)
                        .in(layout.job(job))
                        .loggingTo(logs.resolve(name + ".stdout.log"), logs.resolve(name + ".stderr.log"))
                        .run());
    }
}
