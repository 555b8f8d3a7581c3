package io.slipway.engine.subnet;

import io.slipway.engine.JournaledEvent;
import io.slipway.engine.subnet.SubnetCommand.Want;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Leases of a subnet by key. Addresses are handed out lowest first. */
public record SubnetState(Map<String, String> leases) implements JournaledEvent {
    static final SubnetState EMPTY = new SubnetState(Map.of());

    SubnetState apply(SubnetEvent event) {
        var changed = new LinkedHashMap<>(leases);
        switch (event) {
            case SubnetEvent.Leased leased -> changed.put(leased.key(), leased.address());
            case SubnetEvent.AllLeased leased -> changed.putAll(leased.addresses());
            case SubnetEvent.Released released -> changed.remove(released.key());
        }
        return new SubnetState(changed);
    }

    /**
     * What these would get.
     *
     * @param addresses of all of them, by key
     * @param fresh those that are not leased yet
     * @param refusal why one of them cannot get what it wants; empty where all can
     */
    record Grant(Map<String, String> addresses, Map<String, String> fresh, String refusal) {}

    /** A key that holds an address keeps it, unless another one is wanted; those that want any get the lowest free. */
    Grant grant(String id, List<Want> wants, String range, List<String> excluded) {
        var keys = new HashMap<String, String>();
        leases.forEach((key, address) -> keys.put(address, key));
        var free = new FreeAddresses(range, excluded, keys.keySet());
        var addresses = new LinkedHashMap<String, String>();
        var fresh = new LinkedHashMap<String, String>();
        for (Want want : wants) {
            String held = leases.getOrDefault(want.key(), "");
            if (!held.isEmpty() && (want.address().isEmpty() || want.address().equals(held))) {
                addresses.put(want.key(), held);
                continue;
            }
            var address = want.address().isEmpty() ? free.next() : Optional.of(want.address());
            if (address.isEmpty()) {
                return refused(
                        "no free addresses in subnet '" + id + "': delete what is not needed or widen its range");
            }
            if (keys.putIfAbsent(address.get(), want.key()) != null) {
                return refused("Failed to reserve IP '" + want.address() + "' in '" + id + "': it is leased already");
            }
            addresses.put(want.key(), address.get());
            fresh.put(want.key(), address.get());
        }
        return new Grant(addresses, fresh, "");
    }

    private static Grant refused(String refusal) {
        return new Grant(Map.of(), Map.of(), refusal);
    }

    int countFree(String range, List<String> excluded) {
        var free = new FreeAddresses(range, excluded, Set.copyOf(leases.values()));
        int count = 0;
        while (free.next().isPresent()) {
            count++;
        }
        return count;
    }
}
