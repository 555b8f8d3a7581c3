package io.slipway.engine.address;

import io.slipway.engine.Fence;
import io.slipway.engine.JournaledEvent;
import io.slipway.engine.address.AddressCommand.Want;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Leases of a block of addresses by key. Addresses are handed out lowest first.
 *
 * @param epochs the newest run of each deployment that leased something; those that leased last are kept
 */
public record AddressBlockState(Map<String, String> leases, Map<String, Long> epochs) implements JournaledEvent {
    static final AddressBlockState EMPTY = new AddressBlockState(Map.of(), Map.of());
    private static final int EPOCHS_KEPT = 10_000;

    AddressBlockState apply(AddressEvent event) {
        var changed = new LinkedHashMap<>(leases);
        var newest = new LinkedHashMap<>(epochs);
        switch (event) {
            case AddressEvent.Leased leased -> {
                changed.putAll(leased.addresses());
                remember(newest, leased.fence());
            }
            case AddressEvent.Released released -> released.keys().forEach(changed::remove);
        }
        return new AddressBlockState(changed, newest);
    }

    private static void remember(Map<String, Long> newest, Fence fence) {
        if (fence.epoch() > 0) {
            newest.remove(fence.deployment());
            newest.put(fence.deployment(), fence.epoch());
            if (newest.size() > EPOCHS_KEPT) {
                newest.remove(newest.keySet().iterator().next());
            }
        }
    }

    boolean isSuperseded(Fence fence) {
        return fence.epoch() > 0 && fence.isOlderThan(epochs.getOrDefault(fence.deployment(), 0L));
    }

    /**
     * What these would get.
     *
     * @param addresses by key, of all that get one
     * @param fresh of those that do not have it yet
     * @param refusal why some get none; empty where all do
     */
    record Grant(Map<String, String> addresses, Map<String, String> fresh, String refusal) {}

    /**
     * A key that holds an address keeps it, unless another one is wanted; those that want any get the lowest free.
     *
     * @param block the addresses that this is about, of those that are asked for
     */
    Grant grant(List<Want> wants, LeaseFrom from, AddressSpan block) {
        var keys = new HashMap<Long, String>();
        leases.forEach((key, address) -> keys.put(AddressSpan.number(address), key));
        var barred =
                AddressSpan.joined(from.excluded().stream().map(AddressSpan::of).toList());
        var free = new FreeAddresses(from.usable().and(block), barred, keys::containsKey);
        var addresses = new LinkedHashMap<String, String>();
        var fresh = new LinkedHashMap<String, String>();
        String refusal = "";
        for (Want want : wants) {
            String held = leases.getOrDefault(want.key(), "");
            if (!held.isEmpty() && (want.address().isEmpty() || want.address().equals(held))) {
                addresses.put(want.key(), held);
                continue;
            }
            var address = want.address().isEmpty() ? free.next() : OptionalLong.of(AddressSpan.number(want.address()));
            if (address.isEmpty()) {
                refusal = "no free addresses in subnet '" + from.subnetId()
                        + "': delete what is not needed or widen its range";
            } else if (keys.putIfAbsent(address.getAsLong(), want.key()) != null) {
                refusal = "Failed to reserve IP '" + want.address() + "' in '" + from.subnetId()
                        + "': it is leased already";
            } else {
                addresses.put(want.key(), AddressSpan.text(address.getAsLong()));
                fresh.put(want.key(), AddressSpan.text(address.getAsLong()));
            }
        }
        return new Grant(addresses, fresh, refusal);
    }

    /** Counts without looking at each address: a subnet may have millions. */
    int countFree(LeaseFrom from, AddressSpan block) {
        var usable = from.usable().and(block);
        var barred =
                AddressSpan.joined(from.excluded().stream().map(AddressSpan::of).toList());
        long excluded =
                barred.stream().mapToLong(span -> span.and(usable).size()).sum();
        long taken = leases.values().stream()
                .mapToLong(AddressSpan::number)
                .filter(address ->
                        usable.contains(address) && barred.stream().noneMatch(span -> span.contains(address)))
                .count();
        return Math.toIntExact(usable.size() - excluded - taken);
    }
}
