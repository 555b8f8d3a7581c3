package io.slipway.engine.naming;

import io.slipway.store.dns.DnsVersionStore.Version;

/** What every agent should have; number zero stands for nothing. */
record Published(Version records, Version health) {
    static final Version NOTHING = new Version(0, "", "", 0);
    static final Published NONE = new Published(NOTHING, NOTHING);

    boolean isNewerThan(Published other) {
        return records.number() > other.records().number()
                || health.number() > other.health().number();
    }

    long sizeBytes() {
        return records.sizeBytes() + health.sizeBytes();
    }
}
