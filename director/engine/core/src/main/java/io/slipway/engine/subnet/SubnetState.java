package io.slipway.engine.subnet;

import io.slipway.engine.JournaledEvent;
import java.util.HashSet;
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
            case SubnetEvent.Released released -> changed.remove(released.key());
        }
        return new SubnetState(changed);
    }

    Optional<String> holderOf(String address) {
        return leases.entrySet().stream()
                .filter(lease -> lease.getValue().equals(address))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    Optional<String> lowestFree(String range, List<String> excluded) {
        var taken = new HashSet<>(leases.values());
        var bounds = AddressBounds.of(range);
        var barred = excluded.stream().map(AddressBounds::ofSpan).toList();
        for (long address = bounds.first() + 1; address < bounds.last(); address++) {
            if (isFree(address, barred, taken)) {
                return Optional.of(AddressBounds.text(address));
            }
        }
        return Optional.empty();
    }

    int countFree(String range, List<String> excluded) {
        var taken = new HashSet<>(leases.values());
        var bounds = AddressBounds.of(range);
        var barred = excluded.stream().map(AddressBounds::ofSpan).toList();
        int free = 0;
        for (long address = bounds.first() + 1; address < bounds.last(); address++) {
            free += isFree(address, barred, taken) ? 1 : 0;
        }
        return free;
    }

    private static boolean isFree(long address, List<AddressBounds> barred, Set<String> taken) {
        for (AddressBounds span : barred) {
            if (address >= span.first() && address <= span.last()) {
                return false;
            }
        }
        return !taken.contains(AddressBounds.text(address));
    }
}
