package io.slipway.engine.deployment;

import java.util.List;

/**
 * The instances of a group, and how they may be updated.
 *
 * @param canaries updated first, one after another
 * @param maxInFlight updated at a time after that
 * @param isSerial not at the same time as the group before
 */
record PreparedGroup(String name, List<PreparedInstance> instances, int canaries, int maxInFlight, boolean isSerial) {}
