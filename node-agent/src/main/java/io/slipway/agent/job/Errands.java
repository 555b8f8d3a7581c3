package io.slipway.agent.job;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.ErrandResult;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.nio.file.Files;

/** Runs {@code bin/run} of one job of the current spec. */
public final class Errands {
    private final Layout layout;

    public Errands(Layout layout) {
        this.layout = layout;
    }

    public ErrandResult run(String job, ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        Names.check("errand", job);
        var script = layout.job(job).resolve("bin/run");
        if (spec.getJobsList().stream().noneMatch(j -> j.getName().equals(job)) || !Files.exists(script)) {
            throw new CommandFailure(
                    Failure.Code.INVALID,
                    "job " + job + " of the current spec has no bin/run, so it is no errand here");
        }
        var finished = Program.of(script.toString()).run();
        return ErrandResult.newBuilder()
                .setExitCode(finished.exitCode())
                .setStdoutTail(finished.stdout())
                .setStderrTail(finished.stderr())
                .build();
    }
}
