package io.slipway.engine;

import java.time.Instant;
import java.util.List;

/** VMs that were replaced by others before they were deleted. They are deleted soon after, with their addresses. */
public interface OrphanedVms {

    List<OrphanedVm> list();

    /**
     * One VM.
     *
     * @param instance as {@code group/id}
     * @param leases of its addresses, as {@code subnet id|lease key}; they end with it
     * @param cpi that made it; empty for the built-in one
     */
    record OrphanedVm(
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
}
