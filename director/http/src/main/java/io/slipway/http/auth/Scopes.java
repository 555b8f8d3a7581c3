package io.slipway.http.auth;

import java.util.Set;

/** What those who may only read are kept from: whatever changes anything, and what BOSH shows to administrators only. */
public final class Scopes {
    /** With names of parameters left out. A task's output depends on its type and is not here. */
    private static final Set<String> KEPT_FROM_READERS = Set.of(
            "/cleanup/dryrun",
            "/cpi_configs",
            "/deployments/{}/jobs/{}/{}",
            "/deployments/{}/jobs/{}/{}/logs",
            "/deployments/{}/jobs/{}/{}/snapshots",
            "/deployments/{}/problems",
            "/deployments/{}/snapshots",
            "/deployments/{}/variables",
            "/disks",
            "/events/{}",
            "/networks",
            "/orphan_disks",
            "/orphaned_vms",
            "/resources/{}",
            "/resurrection",
            "/vms");

    private Scopes() {}

    /** @param path of an endpoint, as in {@code /tasks/{id}} */
    public static boolean isForAdmins(String method, String path) {
        return !method.equals("GET") || KEPT_FROM_READERS.contains(path.replaceAll("\\{[^}]*}", "{}"));
    }
}
