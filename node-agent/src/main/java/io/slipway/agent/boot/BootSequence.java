package io.slipway.agent.boot;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.disk.Disks;
import io.slipway.agent.job.JobInstaller;
import io.slipway.agent.job.LifecycleScripts;
import io.slipway.agent.job.SpecStore;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.monit.JobSupervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent does before it takes commands. At a boot of the VM: disks, pre-start scripts and jobs come back without
 * being asked. At a mere restart of the agent: nothing, jobs run on. Which of the two it is, a file on tmpfs tells.
 */
public final class BootSequence {
    private static final Logger LOG = LoggerFactory.getLogger(BootSequence.class);

    private final Layout layout;
    private final Folders folders;
    private final SpecStore specs;
    private final Disks disks;
    private final JobInstaller installer;
    private final LifecycleScripts scripts;
    private final JobSupervisor jobs;

    public BootSequence(
            Layout layout,
            Folders folders,
            SpecStore specs,
            Disks disks,
            JobInstaller installer,
            LifecycleScripts scripts,
            JobSupervisor jobs) {
        this.layout = layout;
        this.folders = folders;
        this.specs = specs;
        this.disks = disks;
        this.installer = installer;
        this.scripts = scripts;
        this.jobs = jobs;
    }

    /** @param isNew whether the VM has booted since the agent last ran */
    public record Boot(String id, boolean isNew) {}

    /** Finds out which boot this is and makes the folders that must be there. Quick. */
    public Boot identify() throws IOException {
        Files.createDirectories(layout.volatileState());
        var file = layout.bootIdFile();
        if (Files.exists(file)) {
            return new Boot(Files.readString(file).strip(), false);
        }
        makeFolders();
        jobs.forget();
        var id = UUID.randomUUID().toString();
        Files.writeString(file, id);
        return new Boot(id, true);
    }

    /** Brings the applied spec back to life; the jobs stay down where they were stopped on purpose. */
    public void recover() throws CommandFailure, IOException, InterruptedException {
        var spec = specs.current();
        disks.remountAll();
        if (spec.isEmpty() || jobs.isStopped()) {
            return;
        }
        LOG.info(
                "the VM has booted: starting the jobs of {}/{}",
                spec.get().getInstanceGroup(),
                spec.get().getInstanceId());
        installer.remakeVolatileFolders(spec.get());
        scripts.run("pre-start", spec.get(), Map.of());
        jobs.start(installer.monitFiles(spec.get()));
        scripts.run("post-start", spec.get(), Map.of());
    }

    private void makeFolders() throws IOException {
        folders.make(layout.data(), "rwxr-xr-x");
        folders.make(layout.temporary(), "rwx------");
        folders.make(layout.systemLogs(), "rwxr-x---");
        folders.make(layout.systemRun(), "rwxr-x---");
        folders.make(layout.monitJobs(), "rwx------");
        folders.make(layout.store(), "rwxr-xr-x");
        if (!Files.isSymbolicLink(layout.sys()) && !Files.exists(layout.sys())) {
            folders.link(layout.sys(), layout.data().resolve("sys"));
        }
    }
}
