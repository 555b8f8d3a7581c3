package io.slipway.health.watch;

import io.slipway.health.alert.Alert;
import java.util.List;

/** Keeps the alerts that last, so that the next monitor knows what was told already, and tells its end. Calls block. */
public interface AlertMemory {
    List<Alert> open();

    /** It begins, has changed, or ends. */
    void keep(Alert alert);
}
