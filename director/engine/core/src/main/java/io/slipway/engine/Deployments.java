package io.slipway.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Deployments: what is asked of them becomes a task; what is known of them is read from state rows.
 *
 * <p>Stages that fail carry {@link RequestRefused}.
 */
public interface Deployments {

    /**
     * Accepts a deploy and queues it behind what the deployment is doing. The manifest is parsed and checked for shape
     * before the task exists; what needs catalogs is checked inside the task, before anything changes.
     *
     * @return the task's number, once the task is journaled
     */
    CompletionStage<Long> deploy(DeployRequest request);

    /** Queues the deletion of a deployment with all its instances. */
    CompletionStage<Long> delete(String name, Deletion deletion, Requester requester);

    /** Queues the run of an errand. Its results are a JSON object a line in the task's result output. */
    CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester);

    /** Has later deploys and repairs leave an instance alone, or not any more. */
    CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored);

    List<DeploymentRow> list();

    Optional<DeploymentRow> find(String name);

    List<InstanceRow> instances(String deployment);

    /**
     * A deploy.
     *
     * @param manifestYaml BOSH manifest v2; empty for the one that was deployed last
     * @param deployment its name, as in the manifest
     * @param recreate all VMs, even if unchanged
     * @param dryRun plan only
     * @param requestKey a caller's idempotency key: the same key gives the same task; empty for none
     */
    record DeployRequest(
            String deployment,
            String manifestYaml,
            boolean recreate,
            boolean fix,
            boolean dryRun,
            DeployOptions options,
            Requester requester,
            String requestKey) {

        /** A deploy that differs in nothing from what the manifest says. */
        public DeployRequest(
                String deployment,
                String manifestYaml,
                boolean recreate,
                boolean fix,
                boolean dryRun,
                Requester requester,
                String requestKey) {
            this(deployment, manifestYaml, recreate, fix, dryRun, DeployOptions.NONE, requester, requestKey);
        }
    }

    /** A deployment as the lists show it. */
    record DeploymentRow(
            String name,
            String manifestYaml,
            List<NameVersion> releases,
            List<NameVersion> stemcells,
            String lockedByTask,
            List<String> ignoredInstances,
            ConfigIds configs) {
        public DeploymentRow {
            // Rows of earlier versions have none.
            configs = configs == null ? ConfigIds.NONE : configs;
            ignoredInstances = ignoredInstances == null ? List.of() : List.copyOf(ignoredInstances);
        }

        public DeploymentRow(
                String name,
                String manifestYaml,
                List<NameVersion> releases,
                List<NameVersion> stemcells,
                String lockedByTask) {
            this(name, manifestYaml, releases, stemcells, lockedByTask, List.of(), ConfigIds.NONE);
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
