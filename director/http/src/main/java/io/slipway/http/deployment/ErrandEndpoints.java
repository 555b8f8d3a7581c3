package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import io.slipway.model.plan.Catalog;
import io.slipway.model.yaml.RubyText;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Errands: instance groups that run once, and jobs that have something to run once. */
public final class ErrandEndpoints extends Feature {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;
    private static final String RUN = "bin/run";

    private final Deployments deployments;
    private final Catalog catalog;

    public ErrandEndpoints(Deployments deployments, Catalog catalog, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.catalog = catalog;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/deployments/{name}/errands", answer(this::list)),
                Endpoint.post("/deployments/{name}/errands/{errand}/runs", changeWithBody(this::run)));
    }

    private HttpResponse list(Call call) {
        var manifest = Yaml.parseMap(require(call).manifestYaml(), "manifest");
        Set<String> names = new LinkedHashSet<>();
        for (Map<?, ?> group : maps(manifest.get("instance_groups"))) {
            if ("errand".equals(group.get("lifecycle"))) {
                names.add(String.valueOf(group.get("name")));
            }
        }
        for (Map<?, ?> group : maps(manifest.get("instance_groups"))) {
            for (Map<?, ?> job : maps(group.get("jobs"))) {
                if (isErrand(manifest, job)) {
                    names.add(String.valueOf(job.get("name")));
                }
            }
        }
        return Answers.json(
                names.stream().map(name -> Answers.map("name", name)).toList());
    }

    private boolean isErrand(Map<String, Object> manifest, Map<?, ?> job) {
        String release = String.valueOf(job.get("release"));
        for (Map<?, ?> known : maps(manifest.get("releases"))) {
            if (release.equals(known.get("name"))) {
                return catalog.release(release, RubyText.of(known.get("version")))
                        .map(found -> found.jobs().get(String.valueOf(job.get("name"))))
                        .filter(found -> found.spec().templates().containsValue(RUN))
                        .isPresent();
            }
        }
        return false;
    }

    private CompletionStage<HttpResponse> run(Call call, String body) {
        String deployment = require(call).name();
        var wanted = JsonBody.parse(body);
        var instances = wanted.objects("instances").stream()
                .map(one -> InstanceFilter.of(one.text("group", ""), one.text("id", "")))
                .toList();
        var errand =
                new ErrandRun(call.path("errand"), wanted.flag("keep-alive"), wanted.flag("when-changed"), instances);
        return deployments.runErrand(deployment, errand, call.requester()).thenApply(Answers::task);
    }

    private DeploymentRow require(Call call) {
        String name = call.path("name");
        return deployments
                .find(name)
                .filter(row -> !row.manifestYaml().isEmpty())
                .orElseThrow(
                        () -> new RequestRefused(404, DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist"));
    }

    private static List<Map<?, ?>> maps(@org.jspecify.annotations.Nullable Object list) {
        return list instanceof List<?> elements
                ? elements.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(element -> (Map<?, ?>) element)
                        .toList()
                : List.of();
    }
}
