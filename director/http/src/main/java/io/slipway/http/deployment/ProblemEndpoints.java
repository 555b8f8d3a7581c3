package io.slipway.http.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.Problems;
import io.slipway.engine.Problems.Problem;
import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Cloud check: scans, problems, resolutions. */
public final class ProblemEndpoints extends Feature {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;
    private static final int INVALID_VALUE = 40005;

    private final Problems problems;
    private final Deployments deployments;

    public ProblemEndpoints(Problems problems, Deployments deployments, Executor blocking) {
        super(blocking);
        this.problems = problems;
        this.deployments = deployments;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(
                        "/deployments/{name}/scans", task(call -> problems.scan(require(call), call.requester()))),
                Endpoint.get(
                        "/deployments/{name}/problems",
                        answer(call -> Answers.json(problems.list(require(call)).stream()
                                .map(ProblemEndpoints::shape)
                                .toList()))),
                Endpoint.put("/deployments/{name}/problems", changeWithBody(this::resolve)));
    }

    private CompletionStage<HttpResponse> resolve(Call call, String body) {
        var json = JsonBody.parse(body);
        var given = json.object("resolutions");
        Map<Long, @Nullable String> answers = new HashMap<>();
        for (String id : given.fields()) {
            if (!id.matches("[0-9]{1,18}")) {
                throw RequestRefused.invalid(
                        INVALID_VALUE, "'resolutions' has the problem '" + id + "': expected its number");
            }
            answers.put(Long.parseLong(id), given.has(id) ? given.text(id) : null);
        }
        var overrides = json.object("max_in_flight_overrides");
        var maxInFlight = new HashMap<String, String>();
        overrides.fields().forEach(group -> maxInFlight.put(group, overrides.text(group)));
        return problems.resolve(require(call), new Problems.Answers(answers, maxInFlight), call.requester())
                .thenApply(Answers::task);
    }

    private String require(Call call) {
        String name = call.path("name");
        if (deployments.find(name).isEmpty()) {
            throw RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist");
        }
        return name;
    }

    private static Map<String, Object> shape(Problem problem) {
        return Answers.map(
                "id", problem.id(),
                "type", problem.type(),
                "data", Map.of(),
                "description", problem.description(),
                "resolutions",
                        problem.resolutions().stream()
                                .map(one -> Answers.map("name", one.name(), "plan", one.plan()))
                                .toList(),
                "instance_group", problem.instanceGroup());
    }
}
