package io.slipway.engine.deployment;

import io.slipway.engine.DeployOptions;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.instance.DiskOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes a deployment.
 *
 * @param task its number
 * @param resolving what is done about problems; empty for other kinds
 * @param errand what is run; null for other kinds
 * @param export what is exported; null for other kinds
 * @param maxInFlightOverrides how many problems are solved at a time, by instance group; empty for other kinds
 * @param instanceIds whose VMs are looked at and made anew; empty for other kinds
 * @param manifest YAML; empty for a deletion, and for a deploy of what was deployed last
 * @param deleteDisks with a deletion: disks go for good, instead of becoming orphans
 * @param disk what is attached or let go; null for other kinds
 * @param requestKey the same key is the same request; empty for none
 */
public record DeploymentRequest(
        long task,
        Kind kind,
        String manifest,
        boolean recreate,
        boolean fix,
        boolean dryRun,
        boolean force,
        String user,
        String contextId,
        String requestKey,
        DeployOptions options,
        @Nullable ErrandRun errand,
        List<Resolving> resolving,
        @Nullable ReleaseExport export,
        boolean deleteDisks,
        @Nullable DiskRequest disk,
        Map<String, String> maxInFlightOverrides,
        List<String> instanceIds)
        implements RemoteMessage {

    private static final List<String> RESUMED = List.of(
            "create deployment",
            "delete deployment",
            "run errand",
            "export release",
            "apply resolutions",
            "attach disk",
            "orphan disk",
            "scan and fix",
            "start instance",
            "stop instance",
            "restart instance",
            "recreate instance");

    public DeploymentRequest {
        // Requests in journals of earlier versions have none.
        options = options == null ? DeployOptions.NONE : options;
        resolving = resolving == null ? List.of() : List.copyOf(resolving);
        maxInFlightOverrides = maxInFlightOverrides == null ? Map.of() : Map.copyOf(maxInFlightOverrides);
        instanceIds = instanceIds == null ? List.of() : List.copyOf(instanceIds);
    }

    /** What is asked. */
    public enum Kind {
        DEPLOY,
        DELETE,
        ERRAND,
        RESOLVE,
        EXPORT,
        ATTACH_DISK,
        ORPHAN_DISK,
        SCAN_AND_FIX
    }

    /**
     * A disk, and the instance that it is to be of, or is of.
     *
     * @param isLikePresent where nothing is known of it, it is as the instance's present disk
     * @param known what is known of it; null for nothing
     */
    public record DiskRequest(
            String cid, String group, String instanceId, boolean isLikePresent, DiskOrder.@Nullable Adopted known) {}

    String description() {
        return switch (kind) {
            case DEPLOY -> options.only().isEmpty() ? deployDescription() : instanceDescription();
            case DELETE -> "delete deployment";
            case RESOLVE -> "apply resolutions";
            case EXPORT -> exportDescription(Objects.requireNonNull(export));
            case ORPHAN_DISK -> "orphan disk";
            case ATTACH_DISK -> {
                var attached = Objects.requireNonNull(disk);
                yield "attach disk '" + attached.cid() + "' to '" + attached.group() + "/" + attached.instanceId()
                        + "'";
            }
            case SCAN_AND_FIX -> "scan and fix";
            case ERRAND -> "run errand " + Objects.requireNonNull(errand).name();
        };
    }

    /** Whether a task with this description is of such a request, which a director goes on with when it starts again. */
    public static boolean isDescribedBy(String description) {
        return RESUMED.stream().anyMatch(description::startsWith);
    }

    private static String exportDescription(ReleaseExport export) {
        return "export release: '" + export.release() + "/" + export.version() + "' for '" + export.os() + "/"
                + export.stemcellVersion() + "'";
    }

    private String deployDescription() {
        return dryRun ? "create deployment (dry run)" : "create deployment";
    }

    private String instanceDescription() {
        return switch (options.changes().getLast().action()) {
            case STARTED -> "start instance";
            case STOPPED, DETACHED -> "stop instance";
            case RESTART -> "restart instance";
            case RECREATE -> "recreate instance";
        };
    }
}
