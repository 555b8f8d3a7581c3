package io.slipway.health.watch;

import io.slipway.health.alert.Alert;

/** Passes on that an alert begins, has changed or ends. Must not block. */
@FunctionalInterface
public interface AlertTeller {
    void tell(Alert alert);
}
