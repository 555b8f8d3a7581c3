package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.health.JobReport;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.cpi.simulated.store.JsonFiles;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.DiskUsage;
import io.slipway.protocol.agent.v1.ProcessState;
import io.slipway.protocol.agent.v1.Vitals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The inside of a simulated VM: its durable state, its processes, and what has been fetched since it was powered on. */
final class VmModel {
    private static final long MEBIBYTE = 1024L * 1024L;

    private final Path file;
    private final Hardware hardware;
    private final Faults faults;
    private final Duration jobStart;
    private final Set<String> packages = new HashSet<>();
    private final Map<String, Map<String, JobFiles>> templates = new LinkedHashMap<>();
    private final Map<String, Integer> restarts = new LinkedHashMap<>();
    private AgentState state;
    private boolean isDestroyed;
    private long bootedAtNanos = System.nanoTime();
    private long startedAtNanos;

    VmModel(Path file, Hardware hardware, Faults faults, Duration jobStart) {
        this.file = file;
        this.hardware = hardware;
        this.faults = faults;
        this.jobStart = jobStart;
        this.state = JsonFiles.read(file, AgentState.class).orElse(AgentState.NEW);
        // Where this process died and came back, the VM's jobs ran on.
        this.startedAtNanos = System.nanoTime() - jobStart.toNanos();
    }

    Hardware hardware() {
        return hardware;
    }

    synchronized AgentState state() {
        return state;
    }

    synchronized Optional<ApplySpec> spec() {
        return state.spec();
    }

    /** Durable when this returns. */
    synchronized void change(UnaryOperator<AgentState> change) {
        if (isDestroyed) {
            throw new IllegalStateException("the VM was deleted");
        }
        var next = change.apply(state);
        JsonFiles.write(file, next);
        state = next;
    }

    /** The agent has another certificate from now on. */
    void renew(String caPem, String certificatePem, String privateKeyPem) throws IOException {
        try {
            change(state -> state.renewed(caPem, certificatePem, privateKeyPem));
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Writes no file any more, so that the VM's directory can be deleted. */
    synchronized void destroy() {
        isDestroyed = true;
    }

    synchronized void boot(String bootId) {
        change(before -> before.booted(bootId));
        bootedAtNanos = System.nanoTime();
        startedAtNanos = bootedAtNanos;
    }

    synchronized void startJobs() {
        if (!state.areJobsWanted()) {
            startedAtNanos = System.nanoTime();
        }
        change(before -> before.wanting(true));
    }

    synchronized void stopJobs() {
        change(before -> before.wanting(false));
    }

    synchronized boolean hasPackage(String sha256) {
        return packages.contains(sha256);
    }

    synchronized void addPackage(String sha256) {
        packages.add(sha256);
    }

    synchronized Optional<Map<String, JobFiles>> templates(String sha256) {
        return Optional.ofNullable(templates.get(sha256));
    }

    synchronized void addTemplates(String sha256, Map<String, JobFiles> jobs) {
        templates.put(sha256, jobs);
    }

    /** Keeps what the applied spec needs, as the real agent does. */
    synchronized void sweep(ApplySpec spec) {
        templates.keySet().retainAll(Set.of(spec.getRenderedTemplates().getSha256()));
        var used = new HashSet<String>();
        spec.getPackagesList().forEach(p -> used.add(p.getCompiled().getSha256()));
        packages.retainAll(used);
    }

    /** What has to pass before jobs that are starting now run. */
    synchronized Duration untilRunning() {
        var left = jobStart.minusNanos(System.nanoTime() - startedAtNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** A process died and monit started it again. */
    synchronized void restart(String process) {
        restarts.merge(process, 1, Integer::sum);
    }

    /** How the jobs are; a process has another number after each restart. */
    synchronized JobReport report() {
        if (state.appliedSpec().isEmpty()) {
            return JobReport.UNMONITORED;
        }
        if (!state.areJobsWanted()) {
            return JobReport.of("stopped");
        }
        boolean isStarting = !untilRunning().isZero();
        var vm = hardware.vm();
        var processes = new ArrayList<ProcessState>();
        var pids = new LinkedHashMap<String, Long>();
        boolean isFailing = false;
        for (String name : processNames()) {
            boolean isDead = faults.isFailing(vm, name);
            isFailing |= isDead;
            processes.add(process(name, isStarting ? "starting" : isDead ? "failing" : "running"));
            pids.put(name, isDead ? 0L : 1 + restarts.getOrDefault(name, 0));
        }
        return new JobReport(isStarting ? "starting" : isFailing ? "failing" : "running", processes, pids);
    }

    /** In the order of the spec's jobs. */
    synchronized List<String> processNames() {
        var names = new ArrayList<String>();
        for (var job : state.spec().orElse(ApplySpec.getDefaultInstance()).getJobsList()) {
            var files = state.jobs().get(job.getName());
            if (files != null) {
                names.addAll(files.processes());
            }
        }
        return names;
    }

    private ProcessState process(String name, String processState) {
        return ProcessState.newBuilder()
                .setName(name)
                .setState(processState)
                .setUptimeSeconds(secondsSince(startedAtNanos))
                .setCpuPercent(0.5)
                .setMemoryBytes(32 * MEBIBYTE)
                .setMemoryPercent(1.5)
                .build();
    }

    /** Of a machine at rest. */
    synchronized Vitals vitals() {
        var vitals = Vitals.newBuilder()
                .setLoad1(0.1)
                .setLoad5(0.1)
                .setLoad15(0.1)
                .setCpuUserPercent(2)
                .setCpuSysPercent(1)
                .setMemoryUsedBytes(256 * MEBIBYTE)
                .setMemoryPercent(12)
                .addDisks(usage("system", 30))
                .addDisks(usage("ephemeral", 10))
                .setUptimeSeconds(secondsSince(bootedAtNanos));
        if (state.disks().values().stream().anyMatch(disk -> !disk.mountPoint().isEmpty())) {
            vitals.addDisks(usage("persistent", 5));
        }
        return vitals.build();
    }

    private static DiskUsage usage(String name, double percent) {
        return DiskUsage.newBuilder()
                .setName(name)
                .setPercent(percent)
                .setInodePercent(1)
                .build();
    }

    private static long secondsSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toSeconds();
    }
}
