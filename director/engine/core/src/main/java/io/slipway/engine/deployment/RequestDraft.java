package io.slipway.engine.deployment;

import io.slipway.engine.DeployOptions;
import io.slipway.engine.Deployments.Deletion;
import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.Requester;
import io.slipway.engine.deployment.DeploymentRequest.DiskRequest;
import io.slipway.engine.deployment.DeploymentRequest.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request to a deployment while it is put together, before it has a number. What is not said is not asked for. */
final class RequestDraft {
    private final Kind kind;
    private final Requester requester;
    private String manifest = "";
    private boolean recreate;
    private boolean fix;
    private boolean dryRun;
    private boolean force;
    private String requestKey = "";
    private DeployOptions options = DeployOptions.NONE;
    private @Nullable ErrandRun errand;
    private List<Resolving> resolving = List.of();
    private @Nullable ReleaseExport export;
    private boolean deleteDisks;
    private @Nullable DiskRequest disk;
    private Map<String, String> maxInFlightOverrides = Map.of();
    private List<String> instanceIds = List.of();

    private RequestDraft(Kind kind, Requester requester) {
        this.kind = kind;
        this.requester = requester;
    }

    static RequestDraft of(Kind kind, Requester requester) {
        return new RequestDraft(kind, requester);
    }

    static RequestDraft of(DeployRequest asked) {
        var draft = new RequestDraft(Kind.DEPLOY, asked.requester());
        draft.manifest = asked.manifestYaml();
        draft.recreate = asked.recreate();
        draft.fix = asked.fix();
        draft.dryRun = asked.dryRun();
        draft.requestKey = asked.requestKey();
        draft.options = asked.options();
        return draft;
    }

    /** VMs whose agent does not answer are made anew, or given up. */
    RequestDraft withFix() {
        fix = true;
        return this;
    }

    RequestDraft withDeletion(Deletion deletion) {
        force = deletion.force();
        deleteDisks = deletion.deleteDisks();
        return this;
    }

    RequestDraft withErrand(ErrandRun run) {
        errand = run;
        return this;
    }

    RequestDraft withExport(ReleaseExport release) {
        export = release;
        return this;
    }

    RequestDraft withDisk(DiskRequest changed) {
        disk = changed;
        return this;
    }

    /** @param maxInFlight how many are solved at a time, by instance group */
    RequestDraft withResolving(List<Resolving> problems, Map<String, String> maxInFlight) {
        resolving = problems;
        maxInFlightOverrides = maxInFlight;
        return this;
    }

    RequestDraft withInstances(List<String> ids) {
        instanceIds = ids;
        return this;
    }

    /** @param task its number */
    DeploymentRequest numbered(long task) {
        return new DeploymentRequest(
                task,
                kind,
                manifest,
                recreate,
                fix,
                dryRun,
                force,
                requester.user(),
                requester.contextId(),
                requestKey,
                options,
                errand,
                resolving,
                export,
                deleteDisks,
                disk,
                maxInFlightOverrides,
                instanceIds);
    }
}
