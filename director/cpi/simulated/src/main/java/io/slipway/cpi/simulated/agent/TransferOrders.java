package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.protocol.agent.v1.CompilePackage;
import io.slipway.protocol.agent.v1.CompileResult;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.LogsResult;
import io.slipway.protocol.agent.v1.SyncDns;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What goes up and down as blobs: compiled packages, logs, DNS records. */
final class TransferOrders {
    private final VmModel model;
    private final Supplier<Blobs> blobs;
    private final Faults faults;

    TransferOrders(VmModel model, Supplier<Blobs> blobs, Faults faults) {
        this.model = model;
        this.blobs = blobs;
        this.faults = faults;
    }

    /** Fetches the source and the dependencies, and uploads a package that says what it was made from. */
    CompileResult compile(CompilePackage order, Consumer<String> progress)
            throws CommandFailure, IOException, InterruptedException {
        JobOrders.fetch(model, blobs, order.getDependenciesList());
        blobs.get().check(order.getSource());
        progress.accept("compiling " + order.getName() + "/" + order.getVersion());
        byte[] compiled = Archive.of(Map.of(
                "compiled-from",
                order.getName() + "/" + order.getVersion() + " "
                        + order.getSource().getSha256() + "\n"));
        String digest = upload(compiled, order.getUpload().getUrl());
        return CompileResult.newBuilder()
                .setSha256(digest)
                .setSizeBytes(compiled.length)
                .setOutputTail("compiled " + order.getName() + "\n")
                .build();
    }

    private String upload(byte[] content, String url) throws CommandFailure, IOException, InterruptedException {
        String digest = blobs.get().upload(content, url);
        return faults.foreignBlob(model.hardware().vm()).orElse(digest);
    }

    /** One log for each job that is wanted, or one of the agent or the system. */
    LogsResult bundleLogs(FetchLogs order) throws CommandFailure, IOException, InterruptedException {
        var files = new TreeMap<String, String>();
        switch (order.getKind()) {
            case JOB ->
                Orders.specOf(model).getJobsList().stream()
                        .map(job -> job.getName())
                        .filter(job ->
                                order.getJobsCount() == 0 || order.getJobsList().contains(job))
                        .forEach(job -> files.put(job + "/" + job + ".stdout.log", "log of " + job + "\n"));
            case AGENT -> files.put("current", "log of the agent\n");
            case SYSTEM -> files.put("syslog", "log of the system\n");
            case UNRECOGNIZED -> throw new CommandFailure(Failure.Code.UNSUPPORTED, "unknown kind of logs");
        }
        byte[] bundle = Archive.of(files);
        return LogsResult.newBuilder()
                .setSha256(upload(bundle, order.getUpload().getUrl()))
                .setSizeBytes(bundle.length)
                .build();
    }

    /** Older versions than the present ones change nothing and are success. */
    void syncDns(SyncDns order) throws CommandFailure, IOException, InterruptedException {
        boolean hasNewRecords = order.getVersion() > model.state().dnsVersion();
        boolean hasNewHealth = order.getHealthVersion() > model.state().dnsHealthVersion();
        if (hasNewRecords) {
            blobs.get().check(order.getRecords());
        }
        if (hasNewHealth) {
            blobs.get().check(order.getHealth());
        }
        if (hasNewRecords || hasNewHealth) {
            model.change(state -> state.withDns(
                    Math.max(state.dnsVersion(), order.getVersion()),
                    Math.max(state.dnsHealthVersion(), order.getHealthVersion())));
        }
    }
}
