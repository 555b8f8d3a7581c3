package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Resurrection;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Whether VMs that are gone are made anew by themselves. */
public final class ResurrectionEndpoints extends Feature {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;
    private static final int MISSING = 40001;
    private static final int GONE = 410;
    private static final String PAUSED = "resurrection_paused";

    private final Resurrection resurrection;
    private final Deployments deployments;

    public ResurrectionEndpoints(Resurrection resurrection, Deployments deployments, Executor blocking) {
        super(blocking);
        this.resurrection = resurrection;
        this.deployments = deployments;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                        "/resurrection",
                        answer(call -> Answers.json(Answers.map("resurrection", !resurrection.isPausedForAll())))),
                Endpoint.put("/resurrection", changeWithBody(this::pause)),
                Endpoint.put("/deployments/{name}/scan_and_fix", changeWithBody(this::scanAndFix)),
                Endpoint.put(
                        "/deployments/{name}/jobs/{group}/{instance}/resurrection",
                        change(call -> Answers.error(
                                GONE,
                                MISSING,
                                "This endpoint has been removed. Resurrection of a deployment or an instance group is"
                                        + " set by a config of type 'resurrection'; a single instance is left alone by"
                                        + " ignoring it"))));
    }

    private CompletionStage<HttpResponse> pause(Call call, String body) {
        var json = JsonBody.parse(body);
        if (!json.has(PAUSED)) {
            throw RequestRefused.invalid(MISSING, "'" + PAUSED + "' is missing: expected true or false");
        }
        resurrection.pauseForAll(json.flag(PAUSED), call.requester());
        return CompletableFuture.completedFuture(Answers.text(""));
    }

    private CompletionStage<HttpResponse> scanAndFix(Call call, String body) {
        String name = call.path("name");
        if (deployments.find(name).isEmpty()) {
            throw RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist");
        }
        var jobs = JsonBody.parse(body).object("jobs");
        Map<String, List<String>> instances = new LinkedHashMap<>();
        for (String group : jobs.fields()) {
            instances.put(group, jobs.texts(group));
        }
        return resurrection.scanAndFix(name, instances, call.requester()).thenApply(Answers::task);
    }
}
