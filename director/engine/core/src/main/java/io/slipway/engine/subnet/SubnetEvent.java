package io.slipway.engine.subnet;

import io.slipway.engine.JournaledEvent;
import java.util.Map;

/** What happened to a subnet's leases. */
public sealed interface SubnetEvent extends JournaledEvent {
    record Leased(String key, String address) implements SubnetEvent {}

    /** Addresses by key. */
    record AllLeased(Map<String, String> addresses) implements SubnetEvent {}

    record Released(String key) implements SubnetEvent {}
}
