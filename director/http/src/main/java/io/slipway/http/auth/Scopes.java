package io.slipway.http.auth;

import java.util.Set;

/**
 * What those who may only read are kept from: whatever changes anything, what BOSH shows to administrators only, and
 * configs of types that may hold credentials, whichever way leads to them.
 */
public final class Scopes {
    /** With names of parameters left out. A task's output depends on its type and is not here. */
    private static final Set<String> KEPT_FROM_READERS = Set.of(
            "/audit/head",
            "/audit/rows",
            "/audit/verification",
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

    /** All others are for administrators: those of CPIs hold credentials of infrastructures, and of what we do not know. */
    private static final Set<String> CONFIGS_FOR_READERS = Set.of("cloud", "runtime", "resurrection");

    private Scopes() {}

    /** @param path of an endpoint, as in {@code /tasks/{id}} */
    public static boolean isForAdmins(String method, String path) {
        return !method.equals("GET") || KEPT_FROM_READERS.contains(path.replaceAll("\\{[^}]*}", "{}"));
    }

    /** Whether what configs of this type say is for administrators only. */
    public static boolean isConfigForAdmins(String type) {
        return !CONFIGS_FOR_READERS.contains(type);
    }
}
