package io.slipway.engine;

import java.time.Instant;
import java.util.List;

/**
 * A VM that its instance let go, and that is to be deleted.
 *
 * @param instance as {@code group/id}
 * @param leases of its addresses, as {@code subnet id|lease key}; they end with it
 * @param cpi that made it; empty for the built-in one
 */
public record OrphanedVm(
        String cid,
        String deployment,
        String instance,
        String az,
        List<String> ips,
        List<String> leases,
        Instant orphanedAt,
        String cpi) {
    public OrphanedVm {
        ips = List.copyOf(ips);
        leases = List.copyOf(leases);
    }
}
