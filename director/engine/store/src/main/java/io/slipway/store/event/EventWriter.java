package io.slipway.store.event;

import io.slipway.store.Conflicts;
import io.slipway.store.event.ChainMark.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds facts to the end of the chain. All directors do, one at a time: the head is locked until a batch is committed. */
final class EventWriter {
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final String INSERT =
            "INSERT INTO events (id, natural_key, at, username, client, action, object_type, object_name, task, deployment,"
                    + " instance, error, context, chain_number, digest) VALUES (:id, :naturalKey, :at, :user, :client,"
                    + " :action, :objectType, :objectName, :task, :deployment, :instance, :error, :context, :number,"
                    + " :digest)";

    private final Jdbi jdbi;
    private final ChainKey key;
    /** The chain never ends before this row again, unless rows were removed, or an older database was put in this one's place. */
    private volatile ChainPosition seen = ChainPosition.START;

    EventWriter(Jdbi jdbi, ChainKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /** Somebody trustworthy knows that the chain has got as far as this; told before the first fact. */
    void saw(ChainPosition position) {
        seen = position;
    }

    /** Those that are not there yet, in their order; all of them, or none where it throws. */
    void write(List<AuditEvent> events) {
        var written = Conflicts.retried(jdbi, handle -> {
            var head = ChainMark.lockedHead(handle);
            var fresh = unwritten(handle, events);
            if (fresh.isEmpty()) {
                return ChainPosition.START;
            }
            var beyond = beyond(handle, head);
            breakOf(handle, head, beyond).ifPresent(why -> {
                LOG.error("the audit trail is not as the directors left it: {}. See 'slipway audit verify'", why);
                fresh.addFirst(ChainBreak.fact(head.number(), System.currentTimeMillis(), why));
            });
            return add(handle, head, beyond.orElse(head.position()), fresh);
        });
        // After a break, what was seen before counts no more: it is told once.
        if (written.number() > 0) {
            seen = written;
        }
    }

    /** The last row where it is after the head. */
    private static Optional<ChainPosition> beyond(Handle handle, ChainMark head) {
        return handle.createQuery("SELECT chain_number, digest FROM events WHERE chain_number > :number"
                        + " ORDER BY chain_number DESC LIMIT 1")
                .bind("number", head.number())
                .map((found, context) -> new ChainPosition(found.getLong(1), found.getString(2)))
                .findOne();
    }

    private Optional<String> breakOf(Handle handle, ChainMark head, Optional<ChainPosition> beyond) {
        if (!head.isGenuine(key)
                && !(head.isNew() && ChainMark.read(handle, Kind.ADOPTION).isNew())) {
            return Optional.of("the head at " + head.number() + " was not written by a director");
        }
        if (beyond.isPresent()) {
            return Optional.of("there are rows up to " + beyond.get().number() + " after the head at " + head.number());
        }
        return head.number() < seen.number()
                ? Optional.of("it ends at " + head.number() + ", and this director has seen it end at " + seen.number()
                        + ": the newest rows were removed, or an older database was put back")
                : Optional.empty();
    }

    private ChainPosition add(Handle handle, ChainMark head, ChainPosition last, List<AuditEvent> events) {
        var askedBy = AskedBy.of(handle, events);
        var ids = ids(handle, events.size());
        var batch = handle.prepareBatch(INSERT);
        var position = last;
        for (int i = 0; i < events.size(); i++) {
            var event = events.get(i);
            var row = ChainRow.of(askedBy.completed(event), position.number() + 1, ids.get(i));
            position = new ChainPosition(row.number(), key.digest(position.digest(), row));
            batch.bindMethods(row.sealed(position.digest())).add();
        }
        batch.execute();
        head.at(position, events.getLast().at()).write(handle, key);
        return position;
    }

    /** Without those that are in the trail, and of those that are here twice the first. */
    private static List<AuditEvent> unwritten(Handle handle, List<AuditEvent> events) {
        Set<String> known = new HashSet<>(handle.createQuery(
                        "SELECT natural_key FROM events WHERE natural_key IN (<keys>)")
                .bindList("keys", events.stream().map(AuditEvent::naturalKey).toList())
                .mapTo(String.class)
                .list());
        var fresh = new ArrayList<AuditEvent>();
        for (AuditEvent event : events) {
            if (known.add(event.naturalKey())) {
                fresh.add(event);
            }
        }
        return fresh;
    }

    private static List<Long> ids(Handle handle, int count) {
        String one = "SELECT NEXTVAL('event_ids') AS id";
        return handle
                .createQuery(String.join(" UNION ALL ", Collections.nCopies(count, one)))
                .mapTo(Long.class)
                .list()
                .stream()
                .sorted()
                .toList();
    }
}
