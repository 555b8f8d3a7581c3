package io.slipway.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What operators offer: the sizes and places of a cluster's nodes.
 *
 * @param active whether new clusters may be made by it
 */
public record Plan(String name, String description, boolean active, Masters masters, Workers workers) {

    /** Nodes of the control plane; the disk holds etcd. */
    public record Masters(int instances, String vmType, String persistentDiskType, List<String> azs) {
        public Masters {
            azs = List.copyOf(azs);
        }
    }

    /**
     * Nodes that run pods.
     *
     * @param instances unless a cluster's request says otherwise
     * @param maximum that a request may ask for
     */
    public record Workers(int instances, int maximum, String vmType, List<String> azs) {
        public Workers {
            azs = List.copyOf(azs);
        }
    }

    /** The same for the same name, always. */
    public String id() {
        return UUID.nameUUIDFromBytes(("plan " + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
