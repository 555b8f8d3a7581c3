package io.slipway.health.alert;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that people are to know of.
 *
 * @param id of this one time; the same when its end is told
 * @param key the same thing has the same key, however often it happens: rule and subject
 * @param rule that found it, such as {@code vm_gone}
 * @param category as BOSH: {@code vm_health}, {@code deployment_health}, or empty
 * @param title what is wrong, in a line
 * @param summary what that means, and what to do
 * @param source who it is about
 * @param group empty where it is about no instance group; so with the instance, and the deployment
 * @param resolvedAt null while it lasts
 */
public record Alert(
        String id,
        String key,
        String rule,
        Severity severity,
        String category,
        String title,
        String summary,
        String source,
        Subject subject,
        Instant raisedAt,
        @Nullable Instant resolvedAt) {
    public static final String VM_HEALTH = "vm_health";
    public static final String DEPLOYMENT_HEALTH = "deployment_health";

    /** What it is about; empty strings stand for what does not apply. */
    public record Subject(String deployment, String group, String instanceId) {
        public static final Subject NONE = new Subject("", "", "");

        public static Subject deployment(String name) {
            return new Subject(name, "", "");
        }

        /** As {@code group/id}; empty for none. */
        public String instance() {
            return instanceId.isEmpty() ? "" : group + "/" + instanceId;
        }
    }

    /** One that begins. */
    public static Alert raised(
            String rule,
            String about,
            Severity severity,
            String category,
            String title,
            String summary,
            String source,
            Subject subject,
            Instant at) {
        String key = rule + "|" + about;
        return new Alert(
                UUID.nameUUIDFromBytes((key + "|" + at.toEpochMilli()).getBytes(StandardCharsets.UTF_8))
                        .toString(),
                key,
                rule,
                severity,
                category,
                title,
                summary,
                source,
                subject,
                at,
                null);
    }

    public boolean isResolved() {
        return resolvedAt != null;
    }

    /** Its end. */
    public Alert resolved(Instant at) {
        return new Alert(id, key, rule, severity, category, title, summary, source, subject, raisedAt, at);
    }

    /** The same thing that lasts, as it is told now. */
    Alert retold(Alert now) {
        return new Alert(
                id, key, rule, now.severity, category, now.title, now.summary, source, subject, raisedAt, null);
    }
}
