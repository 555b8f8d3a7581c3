package io.slipway.cli.machine;

import io.slipway.cli.director.Target;
import io.slipway.cli.output.Progress;

/** The director of this machine: one process, or several that are one. */
interface Directors {

    /** Whether anything of it runs. */
    boolean isRunning();

    /** Whether all of it runs and answers. */
    boolean isUp();

    /** Starts what does not run, and waits until all of it answers. */
    void start(Progress progress);

    /** Stops all of it; VMs are left as they are. */
    void stop(Progress progress);

    /** As this machine reaches it, once it was started. */
    Target target();

    /** Runs one of the server's own commands, such as power-off, while nothing of it runs. */
    void run(Progress.Step step, String subcommand);
}
