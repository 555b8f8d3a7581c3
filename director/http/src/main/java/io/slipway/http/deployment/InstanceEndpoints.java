package io.slipway.http.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.Audit;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.DeployOptions.StateChange;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.Deployments.InstanceRequest;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.model.manifest.ManifestDraft;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What is done to instances of a deployment as it is: start, stop, restart, recreate, ignore. */
public final class InstanceEndpoints extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEPLOYMENT_NOT_FOUND = 70000;
    private static final int INVALID_VALUE = 40005;
    private static final int INVALID_JSON = 710001;

    private final Deployments deployments;
    private final Audit audit;

    public InstanceEndpoints(Deployments deployments, Audit audit, Executor blocking) {
        super(blocking);
        this.deployments = deployments;
        this.audit = audit;
    }

    @Override
    public List<Endpoint> endpoints() {
        String instance = "/deployments/{name}/instance_groups/{group}/{instance}";
        return List.of(
                Endpoint.get("/deployments/{name}/jobs/{group}/{instance}", answer(this::show)),
                Endpoint.put("/deployments/{name}/jobs/{group}", changeWithBody(this::converge)),
                Endpoint.put("/deployments/{name}/jobs/{group}/{instance}", changeWithBody(this::converge)),
                Endpoint.post(instance + "/actions/{action}", task(this::act)),
                Endpoint.put(instance + "/ignore", changeWithBody(this::ignore)));
    }

    private HttpResponse show(Call call) {
        var row = one(call);
        return Answers.json(Answers.map(
                "deployment", row.deployment(),
                "job", row.group(),
                "index", row.index(),
                "id", row.id(),
                "state", row.state(),
                "disks", row.diskCids()));
    }

    /** A deploy of what is deployed, or of the manifest in the body, with other states for some instances. */
    private CompletionStage<HttpResponse> converge(Call call, String manifest) {
        String name = requireDeployment(call);
        var action = Action.named(call.query("state", "started"));
        var filter = InstanceFilter.of(call.path("group"), call.pathOr("instance", "*"));
        if (!filter.indexOrId().isEmpty()) {
            filter.select(deployments, name);
        }
        String createdBefore = call.query("recreate_vms_created_before", "");
        if (!createdBefore.isEmpty() && action != Action.RECREATE) {
            throw RequestRefused.invalid(
                    INVALID_VALUE, "Must pass state=recreate when specifying recreate_vms_created_before");
        }
        var options = new DeployOptions(
                List.of(new StateChange(filter, action)),
                call.flag("skip_drain") ? call.path("group") : "",
                call.query("canaries", ""),
                call.query("max_in_flight", ""),
                createdBefore,
                null,
                false);
        var draft = manifest.isBlank() ? null : ManifestDraft.parse(manifest);
        return deployments
                .deploy(new DeployRequest(
                        name, draft, false, call.flag("fix"), call.flag("dry_run"), options, call.requester(), ""))
                .thenApply(Answers::task);
    }

    /** To one instance, and to nothing else of the deployment. */
    private CompletionStage<Long> act(Call call) {
        var row = one(call);
        var action =
                switch (call.path("action")) {
                    case "start" -> Action.STARTED;
                    case "stop" -> call.flag("hard") ? Action.DETACHED : Action.STOPPED;
                    case "restart" -> Action.RESTART;
                    case "recreate" -> Action.RECREATE;
                    default ->
                        throw RequestRefused.notFound(
                                INVALID_VALUE,
                                "the action is '" + call.path("action")
                                        + "': expected start, stop, restart or recreate");
                };
        return deployments.change(
                new InstanceRequest(
                        row.deployment(),
                        row.id(),
                        action,
                        call.flag("skip_drain"),
                        call.flag("ignore_unresponsive_agent")),
                call.requester());
    }

    private CompletionStage<HttpResponse> ignore(Call call, String body) {
        var row = one(call);
        JsonNode wanted;
        try {
            wanted = JSON.readTree(body).path("ignore");
        } catch (JsonProcessingException invalid) {
            throw RequestRefused.invalid(INVALID_JSON, "the body is not JSON: " + invalid.getOriginalMessage());
        }
        if (!wanted.isBoolean()) {
            throw RequestRefused.invalid(INVALID_VALUE, "'ignore' is '" + wanted + "': expected true or false");
        }
        return deployments
                .ignore(row.deployment(), row.id(), wanted.booleanValue())
                .thenApplyAsync(
                        done -> {
                            record(call, row, wanted.booleanValue() ? "ignore" : "unignore");
                            return Answers.text("");
                        },
                        blocking());
    }

    private void record(Call call, InstanceRow row, String action) {
        var asker = call.requester();
        String instance = row.group() + "/" + row.id();
        audit.record(new Audit.Fact(
                action + "/" + UUID.randomUUID(),
                asker.user(),
                asker.client(),
                action,
                "instance",
                instance,
                "",
                row.deployment(),
                instance,
                "",
                Map.of()));
    }

    private InstanceRow one(Call call) {
        String name = requireDeployment(call);
        return InstanceFilter.of(call.path("group"), call.path("instance"))
                .select(deployments, name)
                .getFirst();
    }

    private String requireDeployment(Call call) {
        String name = call.path("name");
        if (deployments.find(name).isEmpty()) {
            throw RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + name + "' doesn't exist");
        }
        return name;
    }
}
