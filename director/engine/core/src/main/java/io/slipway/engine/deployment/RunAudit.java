package io.slipway.engine.deployment;

import io.slipway.engine.Audit;
import io.slipway.engine.deployment.DeploymentCommand.RunOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Writes into the audit trail what a run of a deployment's request begins, and how it ends. */
final class RunAudit {
    private final Audit audit;
    private final String deployment;
    private final DeploymentRequest request;
    private final DeploymentState before;

    RunAudit(Audit audit, String deployment, DeploymentRequest request, DeploymentState before) {
        this.audit = audit;
        this.deployment = deployment;
        this.request = request;
        this.before = before;
    }

    void begin() {
        record("begin", "", Map.of());
    }

    void end(RunOutcome outcome) {
        var context = new LinkedHashMap<String, Object>();
        if (outcome.accepted() != null) {
            context.put("before", versions(before.accepted()));
            context.put("after", versions(outcome.accepted()));
        }
        record("end", outcome.failure(), context);
    }

    private void record(String moment, String error, Map<String, Object> context) {
        var disk = request.disk();
        boolean isErrand = request.kind() == DeploymentRequest.Kind.ERRAND;
        audit.record(new Audit.Fact(
                "task-" + request.task() + "/" + moment,
                request.user(),
                action(),
                disk != null ? "disk" : isErrand ? "errand" : "deployment",
                disk != null
                        ? disk.cid()
                        : isErrand ? Objects.requireNonNull(request.errand()).name() : deployment,
                Long.toString(request.task()),
                deployment,
                disk == null ? "" : disk.group() + "/" + disk.instanceId(),
                error,
                context));
    }

    private String action() {
        return switch (request.kind()) {
            case EXPORT -> "export";
            case RESOLVE, SCAN_AND_FIX -> "repair";
            case ATTACH_DISK -> "attach";
            case ORPHAN_DISK -> "orphan";
            case DEPLOY -> before.accepted() == null ? "create" : "update";
            case DELETE -> "delete";
            case ERRAND -> "run";
        };
    }

    private static Map<String, Object> versions(DeploymentState.@org.jspecify.annotations.Nullable Accepted accepted) {
        if (accepted == null) {
            return Map.of();
        }
        return Map.of(
                "releases",
                        accepted.releases().stream()
                                .map(one -> one.name() + "/" + one.version())
                                .toList(),
                "stemcells",
                        accepted.stemcells().stream()
                                .map(one -> one.name() + "/" + one.version())
                                .toList());
    }
}
