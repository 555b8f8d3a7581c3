package io.slipway.engine.event;

import io.slipway.store.event.AuditEvent;
import io.slipway.store.event.EventStore;
import io.slipway.store.event.EventStore.EventFilter;
import java.util.List;
import java.util.Optional;

/** The audit trail, for those who look things up in it. Calls block. */
public final class AuditTrail {
    private final EventStore store;

    public AuditTrail(EventStore store) {
        this.store = store;
    }

    /**
     * One fact. Empty strings stand for what does not apply.
     *
     * @param at epoch milliseconds
     * @param client the address from which it was asked for
     * @param context a JSON object
     */
    public record Event(
            long id,
            long at,
            String user,
            String client,
            String action,
            String objectType,
            String objectName,
            String task,
            String deployment,
            String instance,
            String error,
            String context) {
        private static Event of(AuditEvent row) {
            return new Event(
                    row.id(),
                    row.at(),
                    row.user(),
                    row.client(),
                    row.action(),
                    row.objectType(),
                    row.objectName(),
                    row.task(),
                    row.deployment(),
                    row.instance(),
                    row.error(),
                    row.context());
        }
    }

    /** Which facts; empty strings and zero match all. Times are epoch milliseconds. */
    public record Query(
            long beforeId,
            long beforeTime,
            long afterTime,
            String task,
            String deployment,
            String instance,
            String user,
            String action,
            String objectType,
            String objectName,
            int limit) {}

    /** Newest first. */
    public List<Event> list(Query query) {
        return store
                .list(new EventFilter(
                        query.beforeId(),
                        query.beforeTime(),
                        query.afterTime(),
                        query.task(),
                        query.deployment(),
                        query.instance(),
                        query.user(),
                        query.action(),
                        query.objectType(),
                        query.objectName(),
                        query.limit()))
                .stream()
                .map(Event::of)
                .toList();
    }

    public Optional<Event> find(long id) {
        return store.find(id).map(Event::of);
    }
}
