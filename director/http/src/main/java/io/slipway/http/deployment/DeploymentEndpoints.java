package io.slipway.http.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskRunner;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Deployments, and what they consist of. */
public final class DeploymentEndpoints extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Deployments deployments;
    private final TaskRunner tasks;

    public DeploymentEndpoints(Deployments deployments, TaskRunner tasks, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.tasks = tasks;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/deployments", answer(call -> list())),
                Endpoint.post("/deployments", changeWithBody(this::deploy)),
                Endpoint.get("/deployments/{name}", answer(this::show)),
                Endpoint.delete(
                        "/deployments/{name}",
                        task(call -> deployments.delete(call.path("name"), call.flag("force"), call.requester()))),
                members("/deployments/{name}/instances", true),
                members("/deployments/{name}/vms", false));
    }

    private HttpResponse list() {
        return Answers.json(
                deployments.list().stream().map(DeploymentEndpoints::shape).toList());
    }

    private HttpResponse show(Call call) {
        return Answers.json(Answers.map("manifest", require(call.path("name")).manifestYaml()));
    }

    private CompletionStage<HttpResponse> deploy(Call call, String manifest) {
        Object name = Yaml.parseMap(manifest, "manifest").get("name");
        if (!(name instanceof String text) || text.isBlank()) {
            throw new RequestRefused(400, 40001, "the manifest's 'name' is missing: expected a string");
        }
        return deployments
                .deploy(new DeployRequest(
                        text,
                        manifest,
                        call.flag("recreate"),
                        call.flag("fix"),
                        call.flag("dry_run"),
                        call.requester(),
                        ""))
                .thenApply(Answers::task);
    }

    /** With format=full it is a task whose result is a JSON object a line, as BOSH has it. */
    private Endpoint members(String path, boolean isWithVmless) {
        Endpoint.Handler brief = answer(call -> {
            String name = require(call.path("name")).name();
            return Answers.json(
                    rows(name, isWithVmless).stream().map(InstanceShape::brief).toList());
        });
        return Endpoint.get(
                path, call -> call.query("format", "").equals("full") ? full(call, isWithVmless) : brief.answer(call));
    }

    private CompletionStage<HttpResponse> full(Call call, boolean isWithVmless) {
        return answerLater(() -> {
            String name = require(call.path("name")).name();
            return tasks.run("retrieve vm-stats", name, call.requester(), log -> {
                        for (InstanceRow row : rows(name, isWithVmless)) {
                            log.result(line(InstanceShape.full(row)));
                        }
                        return "";
                    })
                    .thenApply(Answers::task);
        });
    }

    private List<InstanceRow> rows(String name, boolean isWithVmless) {
        return deployments.instances(name).stream()
                .filter(row -> isWithVmless || !row.vmCid().isEmpty())
                .toList();
    }

    private DeploymentRow require(String name) {
        return deployments
                .find(name)
                .orElseThrow(() -> new RequestRefused(404, 70000, "Deployment '" + name + "' doesn't exist"));
    }

    private static String line(Map<String, Object> shape) {
        try {
            return JSON.writeValueAsString(shape);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("an instance's shape must be plain", notPlain);
        }
    }

    private static Map<String, Object> shape(DeploymentRow row) {
        return Answers.map(
                "name", row.name(),
                "cloud_config", "latest",
                "releases", versions(row.releases()),
                "stemcells", versions(row.stemcells()),
                "teams", List.of(),
                "locked", !row.lockedByTask().isEmpty());
    }

    private static List<Map<String, Object>> versions(List<NameVersion> all) {
        return all.stream()
                .map(one -> Answers.map("name", one.name(), "version", one.version()))
                .toList();
    }
}
