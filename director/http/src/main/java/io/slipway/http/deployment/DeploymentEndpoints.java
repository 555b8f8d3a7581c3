package io.slipway.http.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.Deletion;
import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Resurrection;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.config.ManifestDiffs;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.model.InvalidInput;
import io.slipway.model.diff.DiffLine;
import io.slipway.model.manifest.ManifestDraft;
import io.slipway.model.name.DnsLabel;
import io.slipway.model.name.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Deployments, and what they consist of. */
public final class DeploymentEndpoints extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INVALID_VALUE = 40005;
    private static final int INVALID_JSON = 710001;
    private static final int CANONICAL_NAME_TAKEN = 190009;
    private static final int LOCK_SECONDS = 60;

    private final Deployments deployments;
    private final TaskRunner tasks;
    private final ManifestDiffs diffs;
    private final Resurrection resurrection;

    public DeploymentEndpoints(
            Deployments deployments,
            TaskRunner tasks,
            ManifestDiffs diffs,
            Resurrection resurrection,
            Executor blocking) {
        super(blocking);
        this.resurrection = resurrection;
        this.diffs = diffs;
        this.deployments = deployments;
        this.tasks = tasks;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/deployments", answer(this::list)),
                Endpoint.post("/deployments", changeWithBody(this::deploy)),
                Endpoint.post(
                        "/deployments/{name}/diff",
                        changeWithBody((call, body) -> CompletableFuture.completedFuture(diff(call, body)))),
                Endpoint.get("/locks", answer(call -> locks())),
                Endpoint.get("/deployments/{name}", answer(this::show)),
                Endpoint.delete(
                        "/deployments/{name}",
                        task(call -> deployments.delete(
                                call.path("name"), new Deletion(call.flag("force"), false), call.requester()))),
                members("/deployments/{name}/instances", true),
                members("/deployments/{name}/vms", false));
    }

    private HttpResponse list(Call call) {
        var current = diffs.current();
        return Answers.json(deployments.list().stream()
                .map(row -> shape(row, call, current))
                .toList());
    }

    /** The one lock that is: of a deployment, by the task that works on it. */
    private HttpResponse locks() {
        long lease = Instant.now().plusSeconds(LOCK_SECONDS).getEpochSecond();
        return Answers.json(deployments.list().stream()
                .filter(row -> !row.lockedByTask().isEmpty())
                .map(row -> Answers.map(
                        "type",
                        "deployment",
                        "resource",
                        List.of(row.name()),
                        "timeout",
                        lease + ".000000",
                        "task_id",
                        row.lockedByTask()))
                .toList());
    }

    private HttpResponse show(Call call) {
        return Answers.json(Answers.map("manifest", require(call.path("name")).manifestYaml()));
    }

    private CompletionStage<HttpResponse> deploy(Call call, String manifest) {
        var draft = ManifestDraft.parse(manifest);
        requireOwnLabel(draft.name());
        return deployments
                .deploy(new DeployRequest(
                        draft.name(),
                        draft,
                        call.flag("recreate"),
                        call.flag("fix"),
                        call.flag("dry_run"),
                        options(call),
                        call.requester(),
                        ""))
                .thenApply(Answers::task);
    }

    /** Names that differ may still be the same in DNS. */
    private void requireOwnLabel(String name) {
        if (!Name.DEPLOYMENT.allows(name) || deployments.find(name).isPresent()) {
            return;
        }
        String label = DnsLabel.canonical(name);
        boolean isTaken = deployments.list().stream()
                .anyMatch(row -> DnsLabel.canonical(row.name()).equals(label));
        if (isTaken) {
            throw RequestRefused.invalid(
                    CANONICAL_NAME_TAKEN,
                    "Invalid deployment name '" + name + "', canonical name already taken ('" + label + "')");
        }
    }

    private static DeployOptions options(Call call) {
        String createdBefore = call.query("recreate_vms_created_before", "");
        if (!createdBefore.isEmpty() && !call.flag("recreate")) {
            throw RequestRefused.invalid(
                    INVALID_VALUE, "Must pass recreate=true when specifying recreate_vms_created_before");
        }
        return new DeployOptions(
                List.of(),
                call.query("skip_drain", ""),
                call.query("canaries", ""),
                call.query("max_in_flight", ""),
                createdBefore,
                configs(call.query("context", "")),
                call.flag("recreate_persistent_disks"),
                call.flag("force_latest_variables"));
    }

    /** The versions that the diff which the user saw was made with. */
    private static @Nullable ConfigIds configs(String context) {
        if (context.isEmpty()) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(context);
            return new ConfigIds(ids(json.path("cloud_config_ids")), ids(json.path("runtime_config_ids")));
        } catch (JsonProcessingException invalid) {
            throw RequestRefused.invalid(INVALID_JSON, "'context' is not JSON: " + invalid.getOriginalMessage());
        }
    }

    private static List<Long> ids(JsonNode list) {
        var ids = new ArrayList<Long>();
        list.forEach(id -> ids.add(id.asLong()));
        return ids;
    }

    private HttpResponse diff(Call call, String manifest) {
        var context = new LinkedHashMap<String, Object>();
        try {
            var diff = diffs.manifest(call.path("name"), manifest, !"false".equals(call.query("redact", "true")));
            context.put("cloud_config_ids", diff.configs().cloud());
            context.put("runtime_config_ids", diff.configs().runtime());
            return Answers.json(Answers.map("context", context, "diff", lines(diff.lines())));
        } catch (InvalidInput invalid) {
            return Answers.json(
                    Answers.map("diff", List.of(), "error", "Unable to diff manifest: " + invalid.getMessage()));
        }
    }

    /** As BOSH has them: text, and "added", "removed" or null. */
    public static List<List<Object>> lines(List<DiffLine> lines) {
        var all = new ArrayList<List<Object>>();
        for (DiffLine line : lines) {
            all.add(Arrays.asList(line.text(), line.status()));
        }
        return all;
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
            return tasks.runUrgent(TaskKind.VMS, "retrieve vm-stats", name, call.requester(), log -> {
                        for (InstanceRow row : rows(name, isWithVmless)) {
                            log.result(line(InstanceShape.full(row, resurrection.isPaused(name, row.group()))));
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
                .orElseThrow(() -> RequestRefused.notFound(70000, "Deployment '" + name + "' doesn't exist"));
    }

    private static String line(Map<String, Object> shape) {
        try {
            return JSON.writeValueAsString(shape);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("an instance's shape must be plain", notPlain);
        }
    }

    private static Map<String, Object> shape(DeploymentRow row, Call call, ConfigIds current) {
        var shape = Answers.map("name", row.name(), "teams", List.of());
        if (!call.flag("exclude_configs")) {
            var used = Set.copyOf(row.configs().cloud());
            shape.put(
                    "cloud_config",
                    used.isEmpty() ? "none" : used.equals(Set.copyOf(current.cloud())) ? "latest" : "outdated");
        }
        if (!call.flag("exclude_stemcells")) {
            shape.put("stemcells", versions(row.stemcells()));
        }
        if (!call.flag("exclude_releases")) {
            shape.put("releases", versions(row.releases()));
        }
        if (!call.flag("exclude_lock")) {
            shape.put("locked", !row.lockedByTask().isEmpty());
        }
        return shape;
    }

    private static List<Map<String, Object>> versions(List<NameVersion> all) {
        return all.stream()
                .map(one -> Answers.map("name", one.name(), "version", one.version()))
                .toList();
    }
}
