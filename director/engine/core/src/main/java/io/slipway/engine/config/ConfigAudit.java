package io.slipway.engine.config;

import io.slipway.engine.Audit;
import io.slipway.engine.Requester;
import io.slipway.model.diff.ChangeRecord;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.config.ConfigStore.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Writes into the audit trail who changed which config, and which change was refused. */
final class ConfigAudit {
    private static final int LONGEST_TYPE = 50;

    private static final Set<String> KNOWN_FORMS = Set.of("cloud", "runtime", "cpi", "resurrection");

    private final Audit audit;

    /** What there is to say of a new version. */
    static final class Notes {
        private final List<String> warnings = new ArrayList<>();
        private String before = "";

        /** What of it has no effect. */
        void warn(List<String> ofCheck) {
            warnings.addAll(ofCheck);
        }

        /** The content whose place it takes. */
        void replaces(String content) {
            before = content;
        }
    }

    ConfigAudit(Audit audit) {
        this.audit = audit;
    }

    /**
     * Runs a change that makes a version; content that is there already is no new version, and no fact.
     *
     * @param notes what is to be said of it; filled in by the change
     */
    Written created(Requester requester, String type, String name, Notes notes, Supplier<Written> change) {
        try {
            var written = change.get();
            if (written instanceof Written.Stored stored) {
                var context = new HashMap<String, Object>();
                if (!notes.warnings.isEmpty()) {
                    context.put("warnings", List.copyOf(notes.warnings));
                }
                context.put("diff", changed(type, notes.before, stored.row().content()));
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

    /** @param contents of the versions that were current */
    void deleted(Requester requester, String type, String name, String content) {
        var context = Map.<String, Object>of("diff", changed(type, content, ""));
        record("config/" + UUID.randomUUID(), requester, "delete", type, name, "", context);
    }

    private static List<String> changed(String type, String before, String after) {
        return KNOWN_FORMS.contains(type)
                ? ChangeRecord.of(tree(before), tree(after))
                : ChangeRecord.keysOf(tree(before), tree(after));
    }

    private static Map<String, Object> tree(String content) {
        return content.isBlank() ? Map.of() : Yaml.parseMap(content, "config");
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
        audit.record(new Audit.Fact(
                key, requester.user(), requester.client(), action, "config/" + kind, name, "", "", "", error, context));
    }
}
