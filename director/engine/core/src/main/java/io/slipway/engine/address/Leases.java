package io.slipway.engine.address;

import io.slipway.engine.address.AddressCommand.Want;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Leases of addresses, for code that waits: real ones, or what they would be. */
public interface Leases {
    /**
     * Leases an address for each of these, as far as there are any. A key that holds one gets the same again, wherever in the
     * network's blocks it is and whether or not the subnet still offers it, unless another one is wanted.
     */
    Granted lease(List<Want> wants, LeaseFrom from);

    /** The address that is held under a key, in any of the blocks that a subnet reaches into. */
    Optional<String> held(String subnetId, String key);

    /**
     * Ends leases; what is not leased is success.
     *
     * @param staying leases that are kept: a subnet whose range changed has another id, and may have the same lease in the
     *     same block, by the same key
     */
    void release(Collection<Lease> leases, Collection<Lease> staying);

    /** As the other, where nothing of the same keys stays. */
    default void release(Collection<Lease> leases) {
        release(leases, List.of());
    }

    /**
     * What was leased.
     *
     * @param addresses by key
     * @param refusal why some were not; empty where all were
     */
    record Granted(Map<String, String> addresses, String refusal) {
        public boolean isWhole() {
            return refusal.isEmpty();
        }
    }
}
