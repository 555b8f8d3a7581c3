package io.slipway.store.event;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The audit trail, a chain of sealed rows. An event has a natural key, so that writing it again after a crash adds nothing. What many
 * threads add at a time is committed together.
 */
public final class EventStore {
    /** More would hold the head for long, and what comes meanwhile would wait. */
    private static final int MOST_AT_ONCE = 256;

    private final Jdbi jdbi;
    private final ChainKey key;
    private final EventWriter writer;
    private final GroupCommit<AuditEvent> commits;

    public EventStore(Jdbi jdbi, ChainKey key) {
        this.jdbi = jdbi;
        this.key = key;
        this.writer = new EventWriter(jdbi, key);
        this.commits = new GroupCommit<>(writer::write, MOST_AT_ONCE);
    }

    /** Empty strings and zero match all. */
    public record EventFilter(
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

    /**
     * Adds a fact, and returns when it is committed; its id is given here. Where it names no user but a task, it is the user who
     * asked for the task.
     */
    public void append(AuditEvent event) {
        commits.write(event);
    }

    /**
     * Makes the chain ready, and takes in what directors of earlier versions have written. To be called before the first fact is
     * added.
     *
     * @param known a head that this director has kept; where the chain ends before it, the next fact says so
     * @return how many rows were taken in
     */
    public int start(ChainPosition known) {
        writer.saw(known);
        return new ChainAdoption(jdbi, key).adopt(System.currentTimeMillis());
    }

    public ChainVerification verification() {
        return new ChainVerification(jdbi, key);
    }

    public ChainPruning pruning() {
        return new ChainPruning(jdbi, key);
    }

    /** Rows in the order of the chain, as the database has them. */
    public List<ChainRow> rows(long afterNumber, int limit) {
        return jdbi.withHandle(handle -> ChainRow.after(handle, afterNumber, limit));
    }

    /** Newest first. */
    public List<AuditEvent> list(EventFilter filter) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM events"
                        + " WHERE (:beforeId = 0 OR id < :beforeId) AND (:beforeTime = 0 OR at < :beforeTime)"
                        + " AND (:afterTime = 0 OR at > :afterTime) AND (:task = '' OR task = :task)"
                        + " AND (:deployment = '' OR deployment = :deployment)"
                        + " AND (:instance = '' OR instance = :instance) AND (:user = '' OR username = :user)"
                        + " AND (:action = '' OR action = :action)"
                        + " AND (:objectType = '' OR object_type = :objectType)"
                        + " AND (:objectName = '' OR object_name = :objectName) ORDER BY id DESC LIMIT :limit")
                .bindMethods(filter)
                .map((found, context) -> ChainRow.of(found).fact())
                .list());
    }

    public Optional<AuditEvent> find(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM events WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> ChainRow.of(found).fact())
                .findOne());
    }
}
