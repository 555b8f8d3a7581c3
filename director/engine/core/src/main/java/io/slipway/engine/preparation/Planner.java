package io.slipway.engine.preparation;

import io.slipway.engine.address.LeasedAddresses;
import io.slipway.engine.address.Leases;
import io.slipway.engine.address.PreviewedAddresses;
import io.slipway.engine.compile.Compilations;
import io.slipway.engine.compile.PackageCompilation;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.render.JobArchives;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.state.Orphans;
import io.slipway.store.blob.Blobs;
import io.slipway.store.catalog.CompiledPackages;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;

/** Gives runs what they plan and work with. */
public final class Planner {
    private final ActorSystem<?> system;
    private final RunSources sources;
    private final JobArchives jobs;
    private final Blobs blobs;
    private final CompiledPackages compiled;
    private final Orphans orphans;
    private final ManagedNetworkService networks;
    private final Supplier<List<String>> allBlocks;

    /** @param allBlocks ids of all blocks of addresses that ever leased something; may block */
    public Planner(
            ActorSystem<?> system,
            RunSources sources,
            JobArchives jobs,
            Blobs blobs,
            CompiledPackages compiled,
            Orphans orphans,
            ManagedNetworkService networks,
            Supplier<List<String>> allBlocks) {
        this.system = system;
        this.sources = sources;
        this.jobs = jobs;
        this.blobs = blobs;
        this.compiled = compiled;
        this.orphans = orphans;
        this.networks = networks;
        this.allBlocks = allBlocks;
    }

    public RunSources sources() {
        return sources;
    }

    public RunServices services(Run run) {
        return services(run, new LeasedAddresses(system, run.fence(), run.stop(), allBlocks));
    }

    private RunServices services(Run run, Leases leases) {
        return new RunServices(
                sources,
                jobs,
                blobs,
                orphans,
                new Instances(system, run.stop()),
                leases,
                new PackageCompilation(compiled, blobs, sources.cpis(), new Compilations(system, run.stop()), run),
                new NetworkUse(networks, run.log()));
    }

    /**
     * Of a deploy; where the run was cut off after it had pinned its plan, of that plan.
     *
     * @param manifest empty for what was deployed last, as it was deployed
     * @throws RunFailed where that is meant, and there is none
     */
    public Preparation ofDeploy(Run run, ChangeOrder order, String manifest) throws RunFailed {
        return Preparation.ofDeploy(services(run), run, order, manifest);
    }

    /**
     * Of what is deployed, as it is deployed.
     *
     * @throws RunFailed where nothing is
     */
    public Preparation ofDeployed(Run run, ChangeOrder order) throws RunFailed {
        return Preparation.ofDeployed(services(run), run, order);
    }

    /**
     * Of a deploy that is only looked at: nothing is stored, leased, numbered or made.
     *
     * @param manifest as in {@link #ofDeploy}
     */
    public Preparation ofPreview(Run run, ChangeOrder order, String manifest) throws RunFailed {
        return Preparation.ofPreview(services(run, new PreviewedAddresses(system, run.stop())), run, order, manifest);
    }
}
