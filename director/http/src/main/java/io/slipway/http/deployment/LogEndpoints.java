package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.logs.LogService;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** LogService of instances. */
public final class LogEndpoints extends Feature {
    private final LogService logs;
    private final Deployments deployments;

    public LogEndpoints(LogService logs, Deployments deployments, Executor blocking) {
        super(blocking);
        this.logs = logs;
        this.deployments = deployments;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/deployments/{name}/jobs/{job}/{instance}/logs", task(this::fetch)));
    }

    private CompletionStage<Long> fetch(Call call) {
        String name = call.path("name");
        if (deployments.find(name).isEmpty()) {
            throw RequestRefused.notFound(70000, "Deployment '" + name + "' doesn't exist");
        }
        var kinds = words(call.query("type", ""));
        return logs.fetch(new LogService.LogRequest(
                name,
                InstanceFilter.of(call.path("job"), call.path("instance")),
                kinds.isEmpty() ? List.of("job") : kinds,
                words(call.query("filters", "")),
                call.requester()));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("[\\s,]+", -1))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }
}
