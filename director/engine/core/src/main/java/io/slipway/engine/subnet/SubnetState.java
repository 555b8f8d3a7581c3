package io.slipway.engine.subnet;

import io.slipway.engine.JournaledEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Leases of a subnet by key. */
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
}
