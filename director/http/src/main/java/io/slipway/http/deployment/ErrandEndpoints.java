package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.errand.ErrandList;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Errands: instance groups that run once, and jobs that have something to run once. */
public final class ErrandEndpoints extends Feature {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;

    private final Deployments deployments;
    private final ErrandList errands;

    public ErrandEndpoints(Deployments deployments, ErrandList errands, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.errands = errands;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/deployments/{name}/errands", answer(this::list)),
                Endpoint.post("/deployments/{name}/errands/{errand}/runs", changeWithBody(this::run)));
    }

    private HttpResponse list(Call call) {
        return Answers.json(errands.of(require(call)).stream()
                .map(name -> Answers.map("name", name))
                .toList());
    }

    private CompletionStage<HttpResponse> run(Call call, String body) {
        String deployment = require(call).name();
        var wanted = JsonBody.parse(body);
        var instances = wanted.objects("instances").stream()
                .map(one -> InstanceFilter.ofErrand(one.text("group", ""), one.text("id", "")))
                .toList();
        var errand =
                new ErrandRun(call.path("errand"), wanted.flag("keep-alive"), wanted.flag("when-changed"), instances);
        return deployments.runErrand(deployment, errand, call.requester()).thenApply(Answers::task);
    }

    private DeploymentRow require(Call call) {
        String name = call.path("name");
        return deployments
                .find(name)
                .filter(DeploymentRow::isDeployed)
                .orElseThrow(
                        () -> RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist"));
    }
}
