package io.slipway.store.event;

import io.slipway.store.Conflicts;
import io.slipway.store.PlainText;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The audit trail. An event has a natural key, so that writing it again after a crash adds nothing. */
public final class EventStore {
    private final Jdbi jdbi;

    public EventStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * One fact. Empty strings stand for what does not apply.
     *
     * @param naturalKey the same fact has the same key
     * @param at epoch milliseconds
     * @param context a JSON object
     */
    public record AuditEvent(
            long id,
            String naturalKey,
            long at,
            String user,
            String action,
            String objectType,
            String objectName,
            String task,
            String deployment,
            String instance,
            String error,
            String context) {
        private static final int LONGEST_NAME = 255;
        private static final int LONGEST_OBJECT = 1_000;
        private static final int LONGEST_KIND = 64;
        private static final int LONGEST_TASK = 32;

        /** Agents, CPIs and clients have their say in it. */
        public AuditEvent {
            naturalKey = PlainText.key(naturalKey, LONGEST_NAME);
            user = PlainText.clean(user, LONGEST_NAME);
            action = PlainText.clean(action, LONGEST_KIND);
            objectType = PlainText.clean(objectType, LONGEST_KIND);
            objectName = PlainText.clean(objectName, LONGEST_OBJECT);
            task = PlainText.clean(task, LONGEST_TASK);
            deployment = PlainText.clean(deployment, LONGEST_NAME);
            instance = PlainText.clean(instance, LONGEST_NAME);
            error = PlainText.clean(error);
        }
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

    /** Adds a fact; its id is given here. Where it names no user but a task, it is the user who asked for the task. */
    public void append(AuditEvent event) {
        Conflicts.added(jdbi, handle -> {
            String user = event.user().isEmpty() && event.task().matches("[0-9]{1,18}")
                    ? handle.createQuery("SELECT username FROM tasks WHERE id = :id")
                            .bind("id", Long.parseLong(event.task()))
                            .mapTo(String.class)
                            .findOne()
                            .orElse("")
                    : event.user();
            long id = handle.createQuery("SELECT NEXTVAL('event_ids')")
                    .mapTo(Long.class)
                    .one();
            return handle.createUpdate("INSERT INTO events (id, natural_key, at, username, action, object_type,"
                            + " object_name, task, deployment, instance, error, context) VALUES (:newId, :naturalKey,"
                            + " :at, :who, :action, :objectType, :objectName, :task, :deployment, :instance, :error,"
                            + " :context)")
                    .bindMethods(event)
                    .bind("newId", id)
                    .bind("who", PlainText.clean(user, AuditEvent.LONGEST_NAME))
                    .execute();
        });
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
                .map((found, context) -> eventOf(found))
                .list());
    }

    public Optional<AuditEvent> find(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM events WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> eventOf(found))
                .findOne());
    }

    private static AuditEvent eventOf(java.sql.ResultSet found) throws java.sql.SQLException {
        return new AuditEvent(
                found.getLong("id"),
                found.getString("natural_key"),
                found.getLong("at"),
                found.getString("username"),
                found.getString("action"),
                found.getString("object_type"),
                found.getString("object_name"),
                found.getString("task"),
                found.getString("deployment"),
                found.getString("instance"),
                found.getString("error"),
                found.getString("context"));
    }
}
