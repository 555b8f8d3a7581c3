package io.slipway.engine.storage;

import io.slipway.engine.Audit;
import io.slipway.engine.event.EventStore;
import io.slipway.engine.event.EventStore.AuditEvent;
import io.slipway.model.yaml.Yaml;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.UUID;

/** The audit trail in the database. */
public final class StoredAudit implements Audit {
    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_NAME = 1000;

    private final EventStore events;
    private final Clock clock;

    public StoredAudit(EventStore events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void record(Fact fact) {
        events.append(new AuditEvent(
                0,
                fitting(fact.key()),
                clock.millis(),
                fact.user(),
                fact.action(),
                fact.objectType(),
                cut(fact.objectName(), LONGEST_NAME),
                fact.task(),
                cut(fact.deployment(), LONGEST_KEY),
                cut(fact.instance(), LONGEST_KEY),
                fact.error(),
                Yaml.canonicalJson(fact.context())));
    }

    /** Keys that the column does not hold differ in what they hash to. */
    private static String fitting(String key) {
        return key.length() <= LONGEST_KEY
                ? key
                : UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
