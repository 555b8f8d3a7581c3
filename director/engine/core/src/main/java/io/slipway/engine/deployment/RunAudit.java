package io.slipway.engine.deployment;

import io.slipway.engine.Audit;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.request.DeploymentRequest.InstanceDisk;
import io.slipway.model.diff.ChangeRecord;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes into the audit trail what a run of a deployment's request begins, and how it ends. Told again, it adds nothing. */
final class RunAudit {
    private final Audit audit;
    private final String deployment;
    private final DeploymentRequest request;

    RunAudit(Audit audit, String deployment, DeploymentRequest request) {
        this.audit = audit;
        this.deployment = deployment;
        this.request = request;
    }

    /** What it is about, in BOSH's words. */
    private record Subject(String action, String type, String name, String instance) {}

    /** @param accepted what it is made from; null before a deploy went well */
    void begin(@Nullable Accepted accepted) {
        record("begin", subject(accepted != null), "", asked(accepted == null ? "" : accepted.manifest()));
    }

    /** What a deploy asks for that was not there. */
    private Map<String, Object> asked(String before) {
        if (request instanceof DeploymentRequest.Deploy deploy
                && !deploy.manifest().isEmpty()) {
            var diff = ChangeRecord.of(tree(before), tree(deploy.manifest()));
            return diff.isEmpty() ? Map.of() : Map.of("diff", diff);
        }
        return Map.of();
    }

    private static Map<String, Object> tree(String manifest) {
        return manifest.isEmpty() ? Map.of() : Yaml.parseMap(manifest, "manifest");
    }

    void end(Ending ending) {
        var context = new LinkedHashMap<String, Object>();
        var after = ending.after();
        if (after != null) {
            context.put("before", versions(ending.before()));
            context.put("after", versions(after));
        }
        record("end", subject(ending.before() != null), ending.failure(), context);
    }

    private void record(String moment, Subject subject, String error, Map<String, Object> context) {
        audit.record(new Audit.Fact(
                "task-" + request.task() + "/" + moment,
                request.head().user(),
                "",
                subject.action(),
                subject.type(),
                subject.name(),
                Long.toString(request.task()),
                deployment,
                subject.instance(),
                error,
                context));
    }

    private Subject subject(boolean isDeployed) {
        return switch (request) {
            case DeploymentRequest.Deploy deploy -> whole(isDeployed ? "update" : "create");
            case DeploymentRequest.ChangeInstance change -> whole("update");
            case DeploymentRequest.Delete delete -> whole("delete");
            case DeploymentRequest.RunErrand run ->
                new Subject("run", "errand", run.errand().name(), "");
            case DeploymentRequest.ResolveProblems resolve -> whole("repair");
            case DeploymentRequest.ScanAndFix scan -> whole("repair");
            case DeploymentRequest.ExportRelease export -> whole("export");
            case DeploymentRequest.AttachDisk attach -> of("attach", attach.disk());
            case DeploymentRequest.OrphanDisk orphan -> of("orphan", orphan.disk());
        };
    }

    private Subject whole(String action) {
        return new Subject(action, "deployment", deployment, "");
    }

    private static Subject of(String action, InstanceDisk disk) {
        return new Subject(action, "disk", disk.cid(), disk.instance());
    }

    private static Map<String, Object> versions(@Nullable PinnedInputs inputs) {
        return inputs == null
                ? Map.of()
                : Map.of("releases", texts(inputs.releaseVersions()), "stemcells", texts(inputs.stemcellVersions()));
    }

    private static List<String> texts(List<NameVersion> versions) {
        return versions.stream().map(one -> one.name() + "/" + one.version()).toList();
    }
}
