package io.slipway.engine;

import io.slipway.engine.plan.PinnedInputs;
import io.slipway.model.manifest.ManifestDraft;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deployments: what is asked of them becomes a task; what is known of them is read from state rows.
 *
 * <p>Stages that fail carry {@link RequestRefused}.
 */
public interface Deployments {

    /**
     * Accepts a deploy and queues it behind what the deployment is doing. What needs catalogs is checked inside the task,
     * before anything changes. A dry run waits for what was asked before, and keeps nobody else waiting.
     *
     * @return the task's number, once the task is journaled
     */
    CompletionStage<Long> deploy(DeployRequest request);

    /** Queues what one instance is asked to be. The task's result is the instance's name. */
    CompletionStage<Long> change(InstanceRequest request, Requester requester);

    /** Queues the deletion of a deployment with all its instances. */
    CompletionStage<Long> delete(String name, Deletion deletion, Requester requester);

    /** Queues the run of an errand. Its results are a JSON object a line in the task's result output. */
    CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester);

    /**
     * Queues the export of a release that the deployment uses, compiled. The task's result output is one JSON object with the
     * blob and its digest.
     */
    CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester);

    /** Has later deploys and repairs leave an instance alone, or not any more. */
    CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored);

    List<DeploymentRow> list();

    Optional<DeploymentRow> find(String name);

    List<InstanceRow> instances(String deployment);

    /**
     * A deploy.
     *
     * @param deployment its name, as in the manifest
     * @param manifest null for the one that was deployed last
     * @param recreate all VMs, even if unchanged
     * @param dryRun plan only
     * @param requestKey a caller's idempotency key: the same key gives the same task; empty for none
     */
    record DeployRequest(
            String deployment,
            @Nullable ManifestDraft manifest,
            boolean recreate,
            boolean fix,
            boolean dryRun,
            DeployOptions options,
            Requester requester,
            String requestKey) {
        /** Of a manifest, and as it says. */
        public static DeployRequest of(ManifestDraft manifest, Requester requester, String requestKey) {
            return new DeployRequest(
                    manifest.name(), manifest, false, false, false, DeployOptions.NONE, requester, requestKey);
        }
    }

    /**
     * What one instance is asked to be, while all others of its deployment stay as they are.
     *
     * @param fix whether its VM may be made anew where its agent does not answer
     */
    record InstanceRequest(
            String deployment, String instanceId, DeployOptions.Action action, boolean skipDrain, boolean fix) {}

    /**
     * A deployment as the lists show it.
     *
     * @param manifestYaml empty before a deploy went well
     * @param inputs what it is made from
     * @param lockedByTask empty where nothing is done to it
     * @param underWay what the run under way plans from, which is in use from then on
     */
    record DeploymentRow(
            String name,
            String manifestYaml,
            PinnedInputs inputs,
            String lockedByTask,
            List<String> ignoredInstances,
            PinnedInputs underWay) {
        public DeploymentRow {
            // Rows of earlier versions have none, until their entities write them anew.
            inputs = inputs == null ? PinnedInputs.NONE : inputs;
            underWay = underWay == null ? PinnedInputs.NONE : underWay;
            ignoredInstances = ignoredInstances == null ? List.of() : List.copyOf(ignoredInstances);
        }

        /** Whether a deploy of it went well. */
        public boolean isDeployed() {
            return !manifestYaml.isEmpty();
        }

        public List<NameVersion> releases() {
            return inputs.releaseVersions();
        }

        public List<NameVersion> stemcells() {
            return inputs.stemcellVersions();
        }

        public ConfigIds configs() {
            return inputs.configs();
        }

        /** Those that it is made from, and those that the run under way makes it from. */
        public List<NameVersion> neededReleases() {
            return both(releases(), underWay.releaseVersions());
        }

        /** Those that it is made from, and those that the run under way makes it from. */
        public List<NameVersion> neededStemcells() {
            return both(stemcells(), underWay.stemcellVersions());
        }

        private static List<NameVersion> both(List<NameVersion> one, List<NameVersion> other) {
            return Stream.concat(one.stream(), other.stream()).distinct().toList();
        }
    }

    /**
     * How a deployment is deleted.
     *
     * @param force goes on past scripts that fail and what the infrastructure refuses
     * @param deleteDisks its disks and their snapshots go too, instead of becoming orphans
     */
    record Deletion(boolean force, boolean deleteDisks) {}

    record NameVersion(String name, String version) {}

    /** An instance as the lists show it. Empty strings stand for what is not there. */
    record InstanceRow(
            String id,
            String deployment,
            String group,
            int index,
            String az,
            String state,
            String jobState,
            String vmCid,
            String agentId,
            boolean agentConnected,
            List<String> ips,
            List<String> diskCids,
            String vmType,
            String stemcell,
            boolean bootstrap,
            boolean ignored,
            Map<String, Object> vitals,
            List<Map<String, Object>> processes,
            String activity,
            String vmCreatedAt,
            String cpi,
            List<NetworkAddress> addresses) {
        public InstanceRow {
            // Rows of earlier versions have none: there was one CPI only.
            cpi = cpi == null ? "" : cpi;
            addresses = addresses == null ? List.of() : List.copyOf(addresses);
        }

        /** With what another row says of the agent. */
        public InstanceRow withAgentAs(InstanceRow other) {
            return new InstanceRow(
                    id,
                    deployment,
                    group,
                    index,
                    az,
                    state,
                    other.jobState,
                    vmCid,
                    agentId,
                    other.agentConnected,
                    ips,
                    diskCids,
                    vmType,
                    stemcell,
                    bootstrap,
                    ignored,
                    other.vitals,
                    other.processes,
                    activity,
                    vmCreatedAt,
                    cpi,
                    addresses);
        }

        InstanceRow withIgnored(boolean isIgnored) {
            return new InstanceRow(
                    id,
                    deployment,
                    group,
                    index,
                    az,
                    state,
                    jobState,
                    vmCid,
                    agentId,
                    agentConnected,
                    ips,
                    diskCids,
                    vmType,
                    stemcell,
                    bootstrap,
                    isIgnored,
                    vitals,
                    processes,
                    activity,
                    vmCreatedAt,
                    cpi,
                    addresses);
        }
    }

    /** The address that a VM has in a network. */
    record NetworkAddress(String network, String ip) {}

    /** The row as its deployment would have it. */
    static InstanceRow marked(InstanceRow row, DeploymentRow deployment) {
        return deployment.ignoredInstances().contains(row.id()) ? row.withIgnored(true) : row;
    }
}
