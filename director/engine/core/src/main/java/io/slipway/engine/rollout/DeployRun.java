package io.slipway.engine.rollout;

import io.slipway.engine.DeployOptions;
import io.slipway.engine.EngineObserver;
import io.slipway.engine.EngineSettings;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.DeploymentPlan;
import io.slipway.engine.preparation.NetworkUse;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.preparation.Preparation;
import io.slipway.engine.request.DeploymentRequest.Deploy;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunOutcome;
import io.slipway.model.yaml.Yaml;
import io.slipway.secrets.link.LinkGraphStore;
import io.slipway.secrets.variable.VariableStore;
import java.util.List;

/**
 * Runs deploys. What a deploy is made from is pinned before anything is made, and a run that begins again goes by it.
 */
public final class DeployRun {
    private final Planner planner;
    private final ManagedNetworkService networks;
    private final VariableStore variables;
    private final LinkGraphStore graph;
    private final EngineObserver observer;
    private final EngineSettings settings;

    public DeployRun(
            Planner planner,
            ManagedNetworkService networks,
            VariableStore variables,
            LinkGraphStore graph,
            EngineObserver observer,
            EngineSettings settings) {
        this.planner = planner;
        this.networks = networks;
        this.variables = variables;
        this.graph = graph;
        this.observer = observer;
        this.settings = settings;
    }

    public RunOutcome run(Run run, Deploy request) throws Exception {
        var order = new ChangeOrder(run.task(), run.fence(), request.recreate(), request.fix(), request.options());
        var preparation = planner.ofDeploy(run, order, request.manifest());
        var plan = prepared(run, preparation);
        var sources = planner.sources();
        sources.naming().describe(plan.topology());
        preparation.act();
        new Rollout(run, planner.services(run), order, observer, settings).roll(plan);
        preparation.settle(plan);
        var inputs = preparation.inputs();
        networks.retain(run.deployment(), NetworkUse.namesOf(inputs.spec(), inputs.cloudTrees()));
        var accepted = preparation.accepted();
        variables.use(run.deployment(), accepted.inputs().variables());
        sources.links()
                .replace(run.deployment(), plan.links().shared(), plan.links().taken());
        graph.replace(run.deployment(), plan.links().graph());
        return RunOutcome.deployed(accepted);
    }

    private DeploymentPlan prepared(Run run, Preparation preparation) throws Exception {
        try {
            return preparation.plan();
        } catch (Exception failure) {
            boolean isFirst = run.start().accepted() == null
                    && run.start().members().stream()
                            .allMatch(member -> run.start().fresh().contains(member.instanceId()));
            if (RunOutcome.isEnd(failure) && isFirst && !preparation.hasActed()) {
                // Nobody can delete a deployment that never was, and so let its networks go.
                networks.retain(run.deployment(), List.of());
            }
            throw failure;
        }
    }

    /** What a deploy would do, as JSON: for each instance group the names of the instances that change. */
    public String preview(Run run, boolean recreate, boolean fix, DeployOptions options, String manifest)
            throws Exception {
        var order = new ChangeOrder(run.task(), run.fence(), recreate, fix, options);
        var plan = planner.ofPreview(run, order, manifest).plan();
        var change = new Rollout(run, planner.services(run), order, observer, settings).change(plan);
        return Yaml.canonicalJson(Rollout.changes(plan, change));
    }
}
