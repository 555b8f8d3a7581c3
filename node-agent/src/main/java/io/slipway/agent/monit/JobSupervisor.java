package io.slipway.agent.monit;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.health.JobReport;
import io.slipway.agent.layout.DurableFile;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts and stops the jobs' processes and has monit watch them. Monit's files are in place only while jobs are meant to
 * run, so that a monit that starts or reloads at any other time starts nothing.
 */
public final class JobSupervisor {
    private static final Duration GRACE_AFTER_START = Duration.ofSeconds(10);
    private static final Duration MONIT_DEADLINE = Duration.ofSeconds(15);

    private final Layout layout;
    private final MonitClient monit;
    private volatile long startedAtNanos;
    private volatile boolean isStarting;

    public JobSupervisor(Layout layout) {
        this.layout = layout;
        this.monit = new MonitClient(layout);
    }

    /** Starts all processes of these monit files (target name to source file) that do not run yet. */
    public void start(Map<String, Path> monitFiles) throws CommandFailure, IOException, InterruptedException {
        Files.deleteIfExists(layout.stoppedMarker());
        startedAtNanos = System.nanoTime();
        isStarting = true;
        try {
            var processes = new ArrayList<JobProcess>();
            for (var file : monitFiles.values()) {
                processes.addAll(MonitFile.parse(Files.readString(file)));
            }
            ProcessActions.start(processes);
            if (install(monitFiles)) {
                reload(processes);
            }
            if (!processes.isEmpty()) {
                monit.monitor(unmonitored());
            }
        } finally {
            startedAtNanos = System.nanoTime();
            isStarting = false;
        }
    }

    /** Stops all processes; fails with TIMED_OUT, naming them, where some go on. */
    public void stop() throws CommandFailure, IOException, InterruptedException {
        DurableFile.write(layout.stoppedMarker(), new byte[0]);
        var processes = installed();
        unmonitor();
        var running = ProcessActions.stop(processes);
        if (!running.isEmpty()) {
            throw new CommandFailure(
                    Failure.Code.TIMED_OUT, "still running after their stop program: " + String.join(", ", running));
        }
        if (install(Map.of())) {
            reload(List.of());
        }
    }

    /** Monit watches nothing from now on, as before a drain. */
    public void unmonitor() throws IOException {
        if (!installed().isEmpty()) {
            monit.unmonitor(monit.status().names());
        }
    }

    public boolean isStopped() {
        return Files.exists(layout.stoppedMarker());
    }

    /** Marks that jobs are meant to be stopped, as they are on a VM that was never told to start any. */
    public void markStopped() throws IOException {
        DurableFile.write(layout.stoppedMarker(), new byte[0]);
    }

    /** The jobs' state in BOSH's words, with all processes. */
    public JobReport report() {
        if (isStopped() && installed().isEmpty()) {
            return JobReport.of("stopped");
        }
        try {
            var status = monit.status();
            var pids = new LinkedHashMap<String, Long>();
            status.services().forEach(s -> pids.put(s.name(), s.pid()));
            return new JobReport(
                    state(status),
                    status.services().stream().map(MonitStatus.Service::toProto).toList(),
                    pids);
        } catch (IOException e) {
            return JobReport.of(isWithinGrace() ? "starting" : "failing");
        }
    }

    private String state(MonitStatus status) {
        if (isStopped()) {
            return "stopped";
        }
        if (isStarting || status.services().stream().anyMatch(s -> s.monitor() == 2)) {
            return "starting";
        }
        var areAllRunning = status.services().stream().allMatch(s -> s.state().equals("running"));
        if (areAllRunning && status.services().size() >= installed().size()) {
            return "running";
        }
        return isWithinGrace() ? "starting" : "failing";
    }

    private boolean isWithinGrace() {
        return isStarting || (startedAtNanos != 0 && System.nanoTime() - startedAtNanos < GRACE_AFTER_START.toNanos());
    }

    private List<JobProcess> installed() {
        var processes = new ArrayList<JobProcess>();
        try {
            for (var file : monitFiles()) {
                processes.addAll(MonitFile.parse(Files.readString(file)));
            }
        } catch (IOException e) {
            return processes;
        }
        return processes;
    }

    private List<Path> monitFiles() throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isDirectory(layout.monitJobs())) {
            try (var entries = Files.newDirectoryStream(layout.monitJobs(), "*.monitrc")) {
                entries.forEach(files::add);
            }
        }
        return files;
    }

    /** Makes these the files that monit includes; whether anything changed. */
    private boolean install(Map<String, Path> wanted) throws IOException {
        var hasChanged = false;
        Files.createDirectories(layout.monitJobs());
        for (var file : monitFiles()) {
            if (!wanted.containsKey(String.valueOf(file.getFileName()))) {
                Files.delete(file);
                hasChanged = true;
            }
        }
        for (var entry : wanted.entrySet()) {
            var target = layout.monitJobs().resolve(entry.getKey());
            if (!Files.exists(target) || Files.mismatch(target, entry.getValue()) >= 0) {
                Files.copy(entry.getValue(), target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                hasChanged = true;
            }
        }
        return hasChanged;
    }

    private void reload(List<JobProcess> expected) throws CommandFailure, IOException, InterruptedException {
        var deadline = System.nanoTime() + MONIT_DEADLINE.toNanos();
        var names = expected.stream().map(JobProcess::name).sorted().toList();
        signalMonit();
        while (true) {
            try {
                var shown = monit.status().services();
                if (shown.stream().map(MonitStatus.Service::name).toList().containsAll(names)
                        && (!names.isEmpty() || shown.isEmpty())
                        && shown.stream().noneMatch(s -> s.monitor() == 2 && s.pid() > 0)) {
                    return;
                }
            } catch (IOException e) {
                // between two lives
            }
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(
                        Failure.Code.INVALID, "monit did not take the jobs' monit files", checkedConfiguration());
            }
            Thread.sleep(10);
        }
    }

    private void signalMonit() throws IOException, InterruptedException {
        if (Files.exists(layout.monitPidFile())) {
            var pid = Files.readString(layout.monitPidFile()).strip();
            Program.of("kill", "-HUP", pid).run();
        }
    }

    private static String checkedConfiguration() throws IOException, InterruptedException {
        return Program.of("monit", "-t").run().tail();
    }

    private List<String> unmonitored() throws IOException {
        return monit.status().services().stream()
                .filter(s -> s.monitor() == 0)
                .map(MonitStatus.Service::name)
                .toList();
    }

    /** For a boot: monit is empty until the jobs are started. */
    public void forget() throws IOException {
        for (var file : monitFiles()) {
            Files.delete(file);
        }
    }
}
