package io.slipway.engine;

import io.slipway.engine.plan.PinnedInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A deployment {@code dep} with the instances that a test gives it, which nobody changes. */
public class OneDeployment implements Deployments {
    private final List<InstanceRow> instances = new ArrayList<>();

    public void add(int index, String state, String vmCid, String... disks) {
        instances.add(new InstanceRow(
                "00000000-0000-4000-8000-00000000000" + index,
                "dep",
                "web",
                index,
                "z1",
                state,
                "running",
                vmCid,
                "agent-" + index,
                true,
                List.of(),
                List.of(disks),
                "small",
                "os/1",
                index == 0,
                false,
                Map.of(),
                List.of(),
                "",
                "",
                "",
                List.of()));
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        return deployment.equals("dep") ? instances : List.of();
    }

    @Override
    public List<DeploymentRow> list() {
        return List.of(new DeploymentRow("dep", "name: dep", PinnedInputs.NONE, "", List.of(), PinnedInputs.NONE));
    }

    @Override
    public Optional<DeploymentRow> find(String name) {
        return list().stream().filter(row -> row.name().equals(name)).findFirst();
    }

    @Override
    public CompletionStage<Long> deploy(DeployRequest request) {
        throw new UnsupportedOperationException("no test deploys");
    }

    @Override
    public CompletionStage<Long> change(InstanceRequest request, Requester requester) {
        throw new UnsupportedOperationException("no test changes instances");
    }

    @Override
    public CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester) {
        throw new UnsupportedOperationException("no test exports releases");
    }

    @Override
    public CompletionStage<Long> delete(String name, Deletion deletion, Requester requester) {
        throw new UnsupportedOperationException("no test deletes deployments");
    }

    @Override
    public CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester) {
        throw new UnsupportedOperationException("no test runs errands");
    }

    @Override
    public CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored) {
        throw new UnsupportedOperationException("no test ignores instances");
    }
}
