package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.DrainResult;
import io.slipway.protocol.agent.v1.ErrandResult;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.PackageSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Installing jobs and running their scripts. A script that no fault concerns succeeds at once. */
final class JobOrders {
    private static final Set<String> LIFECYCLE =
            Set.of("pre-start", "post-start", "post-deploy", "pre-stop", "post-stop");

    private final VmModel model;
    private final Supplier<Blobs> blobs;
    private final Faults faults;

    JobOrders(VmModel model, Supplier<Blobs> blobs, Faults faults) {
        this.model = model;
        this.blobs = blobs;
        this.faults = faults;
    }

    /** Fetches what the spec needs and is not here. */
    void prepare(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        fetch(model, blobs, spec.getPackagesList());
        if (spec.getJobsCount() > 0) {
            templates(spec);
        }
    }

    void apply(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        prepare(spec);
        Map<String, JobFiles> all = spec.getJobsCount() > 0 ? templates(spec) : Map.of();
        var jobs = new HashMap<String, JobFiles>();
        spec.getJobsList().forEach(job -> jobs.put(job.getName(), all.get(job.getName())));
        model.change(state -> state.applied(spec, jobs));
        model.sweep(spec);
    }

    void runScript(String name) throws CommandFailure {
        if (!LIFECYCLE.contains(name)) {
            throw new CommandFailure(Failure.Code.INVALID, "'" + name + "' is no lifecycle script");
        }
        var passed = new ArrayList<String>();
        var failed = new ArrayList<String>();
        var output = new StringBuilder();
        for (String job : jobsWith(name)) {
            var fault = faults.strike(model.hardware().vm(), job, name);
            if (fault.isPresent()) {
                failed.add(job + " (exit code " + fault.get().exitCode() + ")");
                output.append(fault.get().output()).append('\n');
            } else {
                passed.add(job);
            }
        }
        if (!failed.isEmpty()) {
            String others = passed.isEmpty() ? "" : ". Successful Jobs: " + String.join(", ", passed);
            throw new CommandFailure(
                    Failure.Code.SCRIPT_FAILED,
                    failed.size() + " of " + (failed.size() + passed.size()) + " " + name
                            + " scripts failed. Failed Jobs: " + String.join(", ", failed) + others,
                    output.toString());
        }
    }

    /** No script takes any time to drain. */
    DrainResult drain() throws CommandFailure {
        for (String job : jobsWith("drain")) {
            var fault = faults.strike(model.hardware().vm(), job, "drain");
            if (fault.isPresent()) {
                throw new CommandFailure(
                        Failure.Code.SCRIPT_FAILED,
                        "the drain script of job " + job + " did not print a number (exit code "
                                + fault.get().exitCode() + ")",
                        fault.get().output());
            }
        }
        return DrainResult.getDefaultInstance();
    }

    ErrandResult runErrand(String job) throws CommandFailure {
        if (!jobsWith("run").contains(job)) {
            throw new CommandFailure(
                    Failure.Code.INVALID,
                    "job " + job + " of the current spec has no bin/run, so it is no errand here");
        }
        var fault = faults.strike(model.hardware().vm(), job, "run");
        return ErrandResult.newBuilder()
                .setExitCode(fault.map(AgentFault.FailScript::exitCode).orElse(0))
                .setStdoutTail("errand " + job + " of " + model.hardware().vm().cid() + "\n")
                .setStderrTail(fault.map(AgentFault.FailScript::output).orElse(""))
                .build();
    }

    /** Fetches the packages that are not here, and that the infrastructure does not share. */
    static void fetch(VmModel model, Supplier<Blobs> blobs, List<PackageSpec> packages)
            throws CommandFailure, IOException, InterruptedException {
        for (var spec : packages) {
            String digest = spec.getCompiled().getSha256();
            if (!model.hasPackage(digest) && !model.hardware().shares(digest)) {
                blobs.get().check(spec.getCompiled());
                model.addPackage(digest);
            }
        }
    }

    private Map<String, JobFiles> templates(ApplySpec spec) throws CommandFailure, IOException, InterruptedException {
        var blob = spec.getRenderedTemplates();
        var known = model.templates(blob.getSha256());
        if (known.isPresent()) {
            return known.get();
        }
        var read = JobFiles.read(blobs.get().read(blob));
        for (var job : spec.getJobsList()) {
            if (!read.containsKey(job.getName())) {
                throw new CommandFailure(
                        Failure.Code.INVALID,
                        "the rendered templates have no folder for job " + job.getName() + " of the spec");
            }
        }
        model.addTemplates(blob.getSha256(), read);
        return read;
    }

    private List<String> jobsWith(String script) {
        var state = model.state();
        return state.spec().orElse(ApplySpec.getDefaultInstance()).getJobsList().stream()
                .map(job -> job.getName())
                .filter(job -> state.jobs().containsKey(job)
                        && state.jobs().get(job).scripts().contains(script))
                .toList();
    }
}
