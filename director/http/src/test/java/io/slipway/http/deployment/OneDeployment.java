package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.Requester;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Knows one deployment by the name of "dep", and can do nothing with it. */
final class OneDeployment implements Deployments {
    private static final DeploymentRow ROW = new DeploymentRow("dep", "name: dep", List.of(), List.of(), "");

    @Override
    public CompletionStage<Long> deploy(DeployRequest request) {
        throw new UnsupportedOperationException("no test deploys");
    }

    @Override
    public CompletionStage<Long> delete(String name, Deletion deletion, Requester requester) {
        throw new UnsupportedOperationException("no test deletes");
    }

    @Override
    public CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester) {
        throw new UnsupportedOperationException("no test runs errands");
    }

    @Override
    public CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored) {
        throw new UnsupportedOperationException("no test ignores instances");
    }

    @Override
    public List<DeploymentRow> list() {
        return List.of(ROW);
    }

    @Override
    public Optional<DeploymentRow> find(String name) {
        return list().stream().filter(row -> row.name().equals(name)).findFirst();
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        return List.of();
    }
}
