package io.slipway.engine;

import java.util.Map;

/** The audit trail. Calls block, and the same fact told again adds nothing. */
public interface Audit {

    void record(Fact fact);

    /**
     * Who did what to which object. Empty strings stand for what does not apply.
     *
     * @param key the same fact has the same key
     * @param user empty for who asked for the task
     * @param client the address from which it was asked for; empty for that of the task
     * @param error why it failed, or empty
     */
    record Fact(
            String key,
            String user,
            String client,
            String action,
            String objectType,
            String objectName,
            String task,
            String deployment,
            String instance,
            String error,
            Map<String, Object> context) {
        public Fact {
            context = Map.copyOf(context);
        }
    }
}
