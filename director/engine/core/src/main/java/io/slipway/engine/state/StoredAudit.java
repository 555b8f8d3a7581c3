package io.slipway.engine.state;

import io.slipway.engine.Audit;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.event.AuditEvent;
import io.slipway.store.event.EventStore;
import java.time.Clock;

/** The audit trail in the database. */
public final class StoredAudit implements Audit {
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
                fact.key(),
                clock.millis(),
                fact.user(),
                fact.client(),
                fact.action(),
                fact.objectType(),
                fact.objectName(),
                fact.task(),
                fact.deployment(),
                fact.instance(),
                fact.error(),
                Yaml.canonicalJson(fact.context())));
    }
}
