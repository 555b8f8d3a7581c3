package io.slipway.engine.subnet;

import io.slipway.engine.JournaledEvent;

/** What happened to a subnet's leases. */
public sealed interface SubnetEvent extends JournaledEvent {
    record Leased(String key, String address) implements SubnetEvent {}

    record Released(String key) implements SubnetEvent {}
}
