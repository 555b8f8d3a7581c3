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
import io.slipway.http.Caller;
import io.slipway.http.Feature;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** Deployments, and what they consist of. */
public final class DeploymentRoutes extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Deployments deployments;
    private final TaskRunner tasks;

    public DeploymentRoutes(Deployments deployments, TaskRunner tasks, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.tasks = tasks;
    }

    @Override
    public Route routes(Caller caller) {
        return pathPrefix(
                "deployments",
                () -> concat(
                        pathEnd(() -> concat(
                                get(() -> answer(() -> Answers.json(deployments.list().stream()
                                        .map(DeploymentRoutes::shape)
                                        .toList()))),
                                post(() -> parameterMap(query -> entity(
                                        Unmarshaller.entityToString(),
                                        manifest -> answerTask(caller, () -> deploy(caller, query, manifest))))))),
                        path(
                                PathMatchers.segment(),
                                name -> concat(
                                        get(() -> answer(() -> Answers.json(Answers.map(
                                                "manifest", require(name).manifestYaml())))),
                                        delete(() -> parameterMap(query -> answerTask(
                                                caller,
                                                () -> deployments.delete(
                                                        name,
                                                        "true".equals(query.get("force")),
                                                        caller.requester())))))),
                        path(
                                PathMatchers.segment().slash("instances"),
                                name -> get(() -> parameterMap(query -> members(caller, name, query, true)))),
                        path(
                                PathMatchers.segment().slash("vms"),
                                name -> get(() -> parameterMap(query -> members(caller, name, query, false))))));
    }

    private java.util.concurrent.CompletionStage<Long> deploy(
            Caller caller, Map<String, String> query, String manifest) {
        Object name = Yaml.parseMap(manifest, "manifest").get("name");
        if (!(name instanceof String text) || text.isBlank()) {
            throw new RequestRefused(400, 40001, "the manifest's 'name' is missing: expected a string");
        }
        return deployments.deploy(new DeployRequest(
                text,
                manifest,
                "true".equals(query.get("recreate")),
                "true".equals(query.get("fix")),
                "true".equals(query.get("dry_run")),
                caller.requester(),
                ""));
    }

    /** With format=full it is a task whose result is a JSON object a line, as BOSH has it. */
    private Route members(Caller caller, String name, Map<String, String> query, boolean isWithVmless) {
        if ("full".equals(query.get("format"))) {
            return answerLater(() -> {
                require(name);
                return tasks.run("retrieve vm-stats", name, caller.requester(), log -> {
                            for (InstanceRow row : rows(name, isWithVmless)) {
                                log.result(line(InstanceShape.full(row)));
                            }
                            return "";
                        })
                        .thenApply(Answers::task);
            });
        }
        return answer(() -> {
            require(name);
            return Answers.json(
                    rows(name, isWithVmless).stream().map(InstanceShape::brief).toList());
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
