package io.slipway.engine.config;

import io.slipway.engine.Audit;
import io.slipway.engine.Requester;
import io.slipway.store.config.ConfigStore.Written;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Writes into the audit trail who changed which config, and which change was refused. */
final class ConfigAudit {
    private static final int LONGEST_TYPE = 50;

    private final Audit audit;

    ConfigAudit(Audit audit) {
        this.audit = audit;
    }

    /**
     * Runs a change that makes a version; content that is there already is no new version, and no fact.
     *
     * @param warnings what of the config has no effect; filled in by the change
     */
    Written created(Requester requester, String type, String name, List<String> warnings, Supplier<Written> change) {
        try {
            var written = change.get();
            if (written instanceof Written.Stored stored) {
                var context = warnings.isEmpty()
                        ? Map.<String, Object>of()
                        : Map.<String, Object>of("warnings", List.copyOf(warnings));
                record("config/" + stored.row().id() + "/create", requester, "create", type, name, "", context);
            }
            return written;
        } catch (RuntimeException refused) {
            record(
                    "config/" + UUID.randomUUID(),
                    requester,
                    "create",
                    type,
                    name,
                    String.valueOf(refused.getMessage()),
                    Map.of());
            throw refused;
        }
    }

    void deleted(Requester requester, String type, String name) {
        record("config/" + UUID.randomUUID(), requester, "delete", type, name, "", Map.of());
    }

    private void record(
            String key,
            Requester requester,
            String action,
            String type,
            String name,
            String error,
            Map<String, Object> context) {
        String kind = type.length() <= LONGEST_TYPE ? type : type.substring(0, LONGEST_TYPE);
        audit.record(new Audit.Fact(key, requester.user(), action, "config/" + kind, name, "", "", "", error, context));
    }
}
