package io.slipway.engine.address;

import io.slipway.engine.Fence;
import io.slipway.engine.JournaledEvent;
import java.util.Map;
import java.util.Set;

/** What happened to the leases of a block of addresses. */
public sealed interface AddressEvent extends JournaledEvent {
    /**
     * @param addresses by key
     * @param fence whose they are
     */
    record Leased(Map<String, String> addresses, Fence fence) implements AddressEvent {}

    record Released(Set<String> keys) implements AddressEvent {}
}
