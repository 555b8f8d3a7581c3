package io.slipway.secrets.input;

import io.slipway.secrets.encryption.EncryptionKey;
import java.nio.charset.StandardCharsets;

/** Orders of tasks, which may have passwords in them, sealed with the operator's key while they are kept. */
public final class TaskOrders {
    private final EncryptionKey key;

    public TaskOrders(EncryptionKey key) {
        this.key = key;
    }

    /** For {@link #open} with the same task alone. */
    public byte[] seal(long task, String order) {
        return key.seal(order.getBytes(StandardCharsets.UTF_8), context(task));
    }

    public String open(long task, byte[] sealed) {
        return new String(key.open(sealed, context(task)), StandardCharsets.UTF_8);
    }

    private static String context(long task) {
        return "order of task " + task;
    }
}
