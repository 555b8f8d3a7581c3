package io.slipway.cli.cluster;

import io.slipway.cli.CliException;

/** Names of clusters as paths need them. What a name may be is the director's to say. */
public final class ClusterNames {
    private ClusterNames() {}

    static String path(String name) {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new CliException(
                    "'" + name + "' is not a cluster name: it has lower-case letters, digits and hyphens");
        }
        return "/v1/clusters/" + name;
    }
}
