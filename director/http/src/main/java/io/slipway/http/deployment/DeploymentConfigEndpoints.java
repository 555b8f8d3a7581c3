package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.config.ConfigStore.ConfigRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Which versions of configs deployments were last deployed with. */
public final class DeploymentConfigEndpoints extends Feature {
    private final Deployments deployments;
    private final ConfigStore configs;

    public DeploymentConfigEndpoints(Deployments deployments, ConfigStore configs, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.configs = configs;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/deployment_configs", answer(this::list)));
    }

    private HttpResponse list(Call call) {
        return Answers.json(call.queryAll("deployment[]").stream()
                .distinct()
                .flatMap(name -> deployments.find(name).stream())
                .flatMap(this::used)
                .toList());
    }

    private Stream<Map<String, Object>> used(DeploymentRow row) {
        return Stream.concat(row.configs().cloud().stream(), row.configs().runtime().stream())
                .flatMap(id -> configs.find(id).stream())
                .map(config -> Answers.map("deployment", row.name(), "config", shape(config)));
    }

    private static Map<String, Object> shape(ConfigRow config) {
        return Answers.map("id", config.id(), "type", config.type(), "name", config.name());
    }
}
