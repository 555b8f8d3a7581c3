package io.slipway.http.config;

import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.config.ConfigService;
import io.slipway.engine.config.ConfigService.Config;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Which versions of configs deployments are made from. */
public final class DeploymentConfigEndpoints extends Feature {
    private final Deployments deployments;
    private final ConfigService configs;

    public DeploymentConfigEndpoints(Deployments deployments, ConfigService configs, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.configs = configs;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/deployment_configs", answer(this::list)));
    }

    private HttpResponse list(Call call) {
        var names = call.queries("deployment[]");
        var shapes = new ArrayList<Map<String, Object>>();
        int number = 0;
        for (DeploymentRow row : deployments.list()) {
            number++;
            if (names.contains(row.name())) {
                for (Config config : configs.of(row.configs())) {
                    shapes.add(shape(number, row, config));
                }
            }
        }
        return Answers.json(shapes);
    }

    /** A deployment has no number here; its place in the list serves those that read one. */
    private static Map<String, Object> shape(int number, DeploymentRow row, Config config) {
        return Answers.map(
                "id", number,
                "deployment", row.name(),
                "config", Answers.map("id", config.id(), "type", config.type(), "name", config.name()));
    }
}
