package io.slipway.engine.rollout;

import io.slipway.engine.EngineSettings;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.request.DeploymentRequest.Delete;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunOutcome;
import io.slipway.secrets.link.LinkGraphStore;
import io.slipway.secrets.variable.VariableStore;
import io.slipway.store.errand.ErrandRuns;
import java.util.List;

/** Deletes deployments with all their instances. A run that was cut off is simply done again. */
public final class DeletionRun {
    private final Planner planner;
    private final ManagedNetworkService networks;
    private final Properties properties;
    private final EngineSettings settings;

    /** What is kept of deployments besides their instances. */
    public record Properties(VariableStore variables, LinkGraphStore graph, ErrandRuns errands) {}

    public DeletionRun(
            Planner planner, ManagedNetworkService networks, Properties properties, EngineSettings settings) {
        this.planner = planner;
        this.networks = networks;
        this.properties = properties;
        this.settings = settings;
    }

    public RunOutcome run(Run run, Delete request) throws Exception {
        var links = planner.sources().links();
        for (String taker : links.takersFrom(run.deployment())) {
            run.log()
                    .warning("deployment '" + taker + "' takes links from '" + run.deployment()
                            + "': it keeps them until it is deployed again");
        }
        var members = run.start().members();
        MemberRemoval.requireNoneIgnored(members);
        new MemberRemoval(run, planner.services(run), new MemberRemoval.Manner(request.force(), request.deleteDisks()))
                .remove("Deleting instances", List.of(), members, settings.maxThreads());
        networks.retain(run.deployment(), List.of());
        run.log().stage("Removing deployment artifacts", 1).step("Deleting properties", () -> forget(run.deployment()));
        return RunOutcome.deleted();
    }

    private void forget(String deployment) {
        properties.variables().deleteOf(deployment);
        planner.sources().links().forget(deployment);
        properties.graph().forget(deployment);
        properties.errands().forget(deployment);
        planner.sources().naming().forget(deployment);
    }
}
