package io.slipway.kubernetes;

import java.util.List;

/**
 * A cluster as the lists show it.
 *
 * @param host from which the API is reached; empty until it is known
 * @param vip the address that the masters share; empty until it is leased
 * @param taskId of the last action, or 0 before it has one
 * @param kubernetesVersion empty until the cluster was deployed
 */
public record Cluster(
        String uuid,
        String name,
        String planName,
        Action lastAction,
        ActionState lastActionState,
        String lastActionDescription,
        String host,
        int port,
        String vip,
        int workers,
        List<String> masterIps,
        String kubernetesVersion,
        long taskId) {
    public static final int API_PORT = 8443;

    public Cluster {
        masterIps = List.copyOf(masterIps);
    }

    /** What was last done, or is being done. */
    public enum Action {
        CREATE,
        DELETE
    }

    /** How that went. */
    public enum ActionState {
        IN_PROGRESS("in progress"),
        SUCCEEDED("succeeded"),
        FAILED("failed");

        private final String text;

        ActionState(String text) {
            this.text = text;
        }

        /** As TKGI's API writes it. */
        public String text() {
            return text;
        }
    }

    /** The name of the cluster's deployment, as TKGI names it. */
    public String deployment() {
        return deployment(uuid);
    }

    static String deployment(String uuid) {
        return "service-instance_" + uuid;
    }
}
