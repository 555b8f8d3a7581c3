package io.slipway.engine.request;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.TaskKind;
import io.slipway.engine.instance.DiskOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that changes a deployment, or needs it to stand still. Its names in journals never change. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = DeploymentRequest.Deploy.class, name = "deploy"),
    @JsonSubTypes.Type(value = DeploymentRequest.ChangeInstance.class, name = "change-instance"),
    @JsonSubTypes.Type(value = DeploymentRequest.Delete.class, name = "delete"),
    @JsonSubTypes.Type(value = DeploymentRequest.RunErrand.class, name = "run-errand"),
    @JsonSubTypes.Type(value = DeploymentRequest.ResolveProblems.class, name = "resolve-problems"),
    @JsonSubTypes.Type(value = DeploymentRequest.ScanAndFix.class, name = "scan-and-fix"),
    @JsonSubTypes.Type(value = DeploymentRequest.ExportRelease.class, name = "export-release"),
    @JsonSubTypes.Type(value = DeploymentRequest.AttachDisk.class, name = "attach-disk"),
    @JsonSubTypes.Type(value = DeploymentRequest.OrphanDisk.class, name = "orphan-disk")
})
public sealed interface DeploymentRequest extends RemoteMessage {
    RequestHead head();

    TaskKind kind();

    /** Of its task, in BOSH's words. */
    String description();

    default long task() {
        return head().task();
    }

    /** Whether it makes no sense for a deployment that is not there. */
    default boolean needsDeployment() {
        return true;
    }

    /**
     * A deploy.
     *
     * @param manifest BOSH manifest v2; empty for the one that was deployed last
     * @param recreate VMs, even if they are as they should be
     * @param fix replaces VMs whose agents do not answer
     */
    record Deploy(RequestHead head, String manifest, boolean recreate, boolean fix, DeployOptions options)
            implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.UPDATE_DEPLOYMENT;
        }

        @Override
        public String description() {
            return "create deployment";
        }

        @Override
        public boolean needsDeployment() {
            return manifest.isEmpty();
        }
    }

    /** What one instance is asked to be. */
    record ChangeInstance(
            RequestHead head, String instanceId, DeployOptions.Action action, boolean skipDrain, boolean fix)
            implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.UPDATE_INSTANCE;
        }

        /** What is done, in one word. */
        public String verb() {
            return switch (action) {
                case STARTED -> "start";
                case STOPPED, DETACHED -> "stop";
                case RESTART -> "restart";
                case RECREATE -> "recreate";
            };
        }

        @Override
        public String description() {
            return verb() + " instance";
        }
    }

    /**
     * The deletion of a deployment with all its instances.
     *
     * @param force goes on past scripts that fail and what the infrastructure refuses
     * @param deleteDisks disks go for good, instead of becoming orphans
     */
    record Delete(RequestHead head, boolean force, boolean deleteDisks) implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.DELETE_DEPLOYMENT;
        }

        @Override
        public String description() {
            return "delete deployment";
        }
    }

    record RunErrand(RequestHead head, ErrandRun errand) implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.RUN_ERRAND;
        }

        @Override
        public String description() {
            return "run errand " + errand.name();
        }
    }

    /**
     * What is done about problems that a scan found.
     *
     * @param maxInFlight how many are solved at a time, by instance group, where that is not as the manifest says
     */
    record ResolveProblems(RequestHead head, List<Resolving> resolving, Map<String, String> maxInFlight)
            implements DeploymentRequest {
        public ResolveProblems {
            resolving = List.copyOf(resolving);
            maxInFlight = Map.copyOf(maxInFlight);
        }

        @Override
        public TaskKind kind() {
            return TaskKind.RESOLVE_PROBLEMS;
        }

        @Override
        public String description() {
            return "apply resolutions";
        }
    }

    /** A look at instances, and other VMs for those whose VM is missing or whose agent does not answer. */
    record ScanAndFix(RequestHead head, List<String> instanceIds) implements DeploymentRequest {
        public ScanAndFix {
            instanceIds = List.copyOf(instanceIds);
        }

        @Override
        public TaskKind kind() {
            return TaskKind.SCAN_AND_FIX;
        }

        @Override
        public String description() {
            return "scan and fix";
        }
    }

    /** The export of a release that the deployment uses. */
    record ExportRelease(RequestHead head, ReleaseExport export) implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.EXPORT_RELEASE;
        }

        @Override
        public String description() {
            return "export release: '" + export.release() + "/" + export.version() + "' for '" + export.os() + "/"
                    + export.stemcellVersion() + "'";
        }
    }

    /** A disk, and the instance that it is to be of, or is of. */
    record InstanceDisk(String cid, String group, String instanceId) {
        /** As BOSH writes it: {@code group/id}. */
        public String instance() {
            return group + "/" + instanceId;
        }
    }

    /**
     * An instance takes a disk that exists, in the place of its present one.
     *
     * @param isLikePresent where nothing is known of it, it is as the instance's present disk
     * @param known what is known of it; null for nothing
     */
    record AttachDisk(RequestHead head, InstanceDisk disk, boolean isLikePresent, DiskOrder.@Nullable Adopted known)
            implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.ATTACH_DISK;
        }

        @Override
        public String description() {
            return "attach disk '" + disk.cid() + "' to '" + disk.instance() + "'";
        }
    }

    /** An instance lets a disk go. */
    record OrphanDisk(RequestHead head, InstanceDisk disk) implements DeploymentRequest {
        @Override
        public TaskKind kind() {
            return TaskKind.ORPHAN_DISK;
        }

        @Override
        public String description() {
            return "orphan disk";
        }
    }
}
