package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.director.Target;
import io.slipway.cli.output.Progress;
import java.util.Optional;

/** One director, with its database in its data folder. */
final class SingleDirector implements Directors {
    private final DataFolder data;
    private final DirectorProcess process;

    SingleDirector(Cli cli, DataFolder data) {
        this.data = data;
        this.process = new DirectorProcess(cli, data);
    }

    @Override
    public boolean isRunning() {
        return process.find().isPresent();
    }

    @Override
    public boolean isUp() {
        return isRunning() && process.isHealthy(settings());
    }

    @Override
    public void start(Progress progress) {
        Progress.Step step = progress.begin("Starting the director");
        Optional<ProcessHandle> unhealthy = process.find();
        try {
            unhealthy.ifPresent(process::stop);
            process.start(settings(), step);
        } catch (RuntimeException failure) {
            step.failed("Starting the director failed");
            throw failure;
        }
        step.done("Started the director");
    }

    @Override
    public void stop(Progress progress) {
        Optional<ProcessHandle> running = process.find();
        if (running.isPresent()) {
            Progress.Step step = progress.begin("Stopping the director");
            process.stop(running.get());
            step.done("Stopped the director");
        }
    }

    @Override
    public Target target() {
        return settings().target(data);
    }

    @Override
    public void run(Progress.Step step, String subcommand) {
        process.run(step, subcommand);
    }

    /** Copies the embedded database into that of other settings. */
    void migrate(Progress.Step step, java.nio.file.Path to) {
        process.run(step, "migrate-database", "--to", to.toString());
    }

    private DirectorSettings settings() {
        return DirectorSettings.read(data.settings());
    }
}
