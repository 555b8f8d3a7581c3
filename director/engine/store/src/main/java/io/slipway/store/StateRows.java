package io.slipway.store;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * The rows that lists are read from. Each is written by the one entity that owns it; a write with a version that is
 * not newer than the row's has no effect.
 *
 * <p>What is gone is hidden first, which is a write as any other, and forgotten when nothing is left to be cleared away: a
 * director that dies in between finds the hidden row.
 */
public final class StateRows {
    private static final int LONGEST_CLIENT = 64;

    private final Jdbi jdbi;

    public StateRows(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A task's row; times are epoch milliseconds, the type is BOSH's name of its kind. */
    public record TaskStateRow(
            long id,
            String state,
            String description,
            String user,
            String deployment,
            String contextId,
            String result,
            long startedAt,
            long changedAt,
            String type,
            String kind) {
        private static final int LONGEST_DESCRIPTION = 1_000;
        private static final int LONGEST_NAME = 255;
        private static final int LONGEST_TYPE = 64;

        /** Clients choose most of it, and agents and CPIs have their say in results. */
        public TaskStateRow {
            description = PlainText.clean(description, LONGEST_DESCRIPTION);
            user = PlainText.clean(user, LONGEST_NAME);
            deployment = PlainText.clean(deployment, LONGEST_NAME);
            contextId = contextId(contextId);
            result = PlainText.clean(result);
            type = PlainText.clean(type, LONGEST_TYPE);
        }

        static String contextId(String text) {
            return PlainText.clean(text, LONGEST_NAME);
        }
    }

    /** The epoch of an entity that starts now: greater than that of each that started before, on any director. */
    public long nextEpoch() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT NEXTVAL('entity_epochs')")
                .mapTo(Long.class)
                .one());
    }

    /** @param client from where the task is asked for; empty where nobody has sent a request */
    public long nextTaskId(String client) {
        return jdbi.withHandle(handle -> {
            long id = handle.createQuery("SELECT NEXTVAL('task_ids')")
                    .mapTo(Long.class)
                    .one();
            if (!client.isEmpty()) {
                handle.execute(
                        "INSERT INTO task_clients (task, client) VALUES (?, ?)",
                        id,
                        PlainText.clean(client, LONGEST_CLIENT));
            }
            return id;
        });
    }

    public void writeTask(TaskStateRow row, long version) {
        upsert(
                "UPDATE tasks SET state = :state, result = :result, started_at = :startedAt, changed_at = :changedAt,"
                        + " version = :version WHERE id = :id AND version < :version",
                "INSERT INTO tasks (id, state, description, username, deployment, context_id, result, started_at,"
                        + " changed_at, type, kind, version) VALUES (:id, :state, :description, :user, :deployment, :contextId,"
                        + " :result, :startedAt, :changedAt, :type, :kind, :version)",
                row,
                false,
                version);
    }

    public Optional<TaskStateRow> task(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM tasks WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> taskOf(found))
                .findOne());
    }

    /** Newest first; empty states, deployment, context and types match all. */
    public List<TaskStateRow> tasks(
            List<String> states, String deployment, String contextId, List<String> types, int limit) {
        var sql = new StringBuilder("SELECT * FROM tasks WHERE 1 = 1");
        if (!states.isEmpty()) {
            sql.append(" AND state IN (<states>)");
        }
        if (!deployment.isEmpty()) {
            sql.append(" AND deployment = :deployment");
        }
        if (!contextId.isEmpty()) {
            sql.append(" AND context_id = :contextId");
        }
        if (!types.isEmpty()) {
            sql.append(" AND type IN (<types>)");
        }
        sql.append(" ORDER BY id DESC LIMIT :limit");
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery(sql.toString()).bind("limit", limit);
            if (!states.isEmpty()) {
                query.bindList("states", states);
            }
            if (!types.isEmpty()) {
                query.bindList("types", types);
            }
            return query.bind("deployment", deployment)
                    .bind("contextId", TaskStateRow.contextId(contextId))
                    .map((found, context) -> taskOf(found))
                    .list();
        });
    }

    /** Removes tasks that ended with their outputs and journals, but for the newest of each type; returns how many. */
    public int removeTasks(int keptOfEachType) {
        return jdbi.inTransaction(handle -> {
            var old = handle.createQuery("SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY type"
                            + " ORDER BY id DESC) AS place FROM tasks"
                            + " WHERE state NOT IN ('QUEUED', 'PROCESSING', 'CANCELLING')) AS numbered"
                            + " WHERE place > :kept")
                    .bind("kept", keptOfEachType)
                    .mapTo(Long.class)
                    .list();
            if (!old.isEmpty()) {
                var outputs = handle.prepareBatch("DELETE FROM task_outputs WHERE task_id = ?");
                var journals = handle.prepareBatch("DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ?");
                var rows = handle.prepareBatch("DELETE FROM tasks WHERE id = ?");
                var clients = handle.prepareBatch("DELETE FROM task_clients WHERE task = ?");
                for (long id : old) {
                    outputs.add(id);
                    journals.add("Task|" + id);
                    rows.add(id);
                    clients.add(id);
                }
                outputs.execute();
                journals.execute();
                rows.execute();
                clients.execute();
            }
            return old.size();
        });
    }

    /** A deployment or an instance: its content is a JSON object. */
    public record ContentRow(String id, String deployment, String content) {}

    public void writeDeployment(String name, String content, long version) {
        writeDeployment(name, content, false, version);
    }

    /** Lists do not show it from now on. */
    public void hideDeployment(String name, long version) {
        writeDeployment(name, "", true, version);
    }

    private void writeDeployment(String name, String content, boolean isGone, long version) {
        upsert(
                "UPDATE deployments SET content = :content, gone = :gone, version = :version"
                        + " WHERE name = :id AND version < :version",
                "INSERT INTO deployments (name, content, gone, version) VALUES (:id, :content, :gone, :version)",
                new ContentRow(name, name, content),
                isGone,
                version);
    }

    /**
     * Removes the row and the journal of a deployment that is hidden. The place that the journal had come to stays, so that
     * whoever takes the name next writes on from there, and a former writer that wakes up late is refused.
     */
    public void forgetDeployment(String name) {
        String journal = "Deployment|" + name;
        jdbi.useTransaction(handle -> {
            if (handle.execute("DELETE FROM deployments WHERE name = ? AND gone", name) > 0) {
                handle.execute(
                        "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ? AND \"sequence_number\" <"
                                + " (SELECT MAX(\"sequence_number\") FROM \"event_journal\" WHERE \"persistence_id\" = ?)",
                        journal,
                        journal);
                handle.execute("UPDATE \"event_journal\" SET \"deleted\" = TRUE WHERE \"persistence_id\" = ?", journal);
                handle.execute("DELETE FROM \"snapshot\" WHERE \"persistence_id\" = ?", journal);
            }
        });
    }

    public List<ContentRow> deployments() {
        return jdbi.withHandle(handle -> contents(
                handle.createQuery("SELECT name, name, content FROM deployments WHERE NOT gone ORDER BY name")));
    }

    public Optional<ContentRow> deployment(String name) {
        return jdbi
                .withHandle(handle -> contents(handle.createQuery(
                                "SELECT name, name, content FROM deployments WHERE name = :name AND NOT gone")
                        .bind("name", name)))
                .stream()
                .findFirst();
    }

    /** Names of those that are gone and not forgotten yet. */
    public List<String> hiddenDeployments() {
        return idsOf("SELECT name FROM deployments WHERE gone");
    }

    public void writeInstance(String id, String deployment, String content, long version) {
        writeInstance(id, deployment, content, false, version);
    }

    /** Lists do not show it from now on. */
    public void hideInstance(String id, String deployment, long version) {
        writeInstance(id, deployment, "", true, version);
    }

    private void writeInstance(String id, String deployment, String content, boolean isGone, long version) {
        upsert(
                "UPDATE instances SET content = :content, deployment = :deployment, gone = :gone, version = :version"
                        + " WHERE id = :id AND version < :version",
                "INSERT INTO instances (id, deployment, content, gone, version)"
                        + " VALUES (:id, :deployment, :content, :gone, :version)",
                new ContentRow(id, deployment, content),
                isGone,
                version);
    }

    /** Removes the row and the journal of an instance that is hidden; its id is nobody's again. */
    public void forgetInstance(String id) {
        jdbi.useTransaction(handle -> {
            if (handle.execute("DELETE FROM instances WHERE id = ? AND gone", id) > 0) {
                removeJournal(handle, "Instance|" + id);
            }
        });
    }

    public List<ContentRow> instances(String deployment) {
        return jdbi.withHandle(handle -> contents(
                handle.createQuery("SELECT id, deployment, content FROM instances WHERE deployment = :of AND NOT gone")
                        .bind("of", deployment)));
    }

    public Optional<ContentRow> instance(String id) {
        return jdbi
                .withHandle(handle -> contents(
                        handle.createQuery("SELECT id, deployment, content FROM instances WHERE id = :id AND NOT gone")
                                .bind("id", id)))
                .stream()
                .findFirst();
    }

    /** Of all deployments. */
    public List<ContentRow> instances() {
        return jdbi.withHandle(
                handle -> contents(handle.createQuery("SELECT id, deployment, content FROM instances WHERE NOT gone")));
    }

    /** Of all instances, those that are hidden among them. */
    public List<String> instanceIds() {
        return idsOf("SELECT id FROM instances");
    }

    /** Ids of the entities of a kind that have a journal. */
    public List<String> journalsOf(String kind) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT DISTINCT \"persistence_id\" FROM \"event_journal\" WHERE NOT \"deleted\" AND"
                                + " \"persistence_id\" LIKE :kind UNION SELECT DISTINCT \"persistence_id\" FROM \"snapshot\" WHERE \"persistence_id\" LIKE"
                                + " :kind ORDER BY 1")
                .bind("kind", kind + "|%")
                .mapTo(String.class)
                .map(id -> id.substring(kind.length() + 1))
                .list());
    }

    /** Removes a journal that nobody writes to any more, and whose entity is nobody's again. */
    public void forgetJournal(String kind, String id) {
        jdbi.useTransaction(handle -> removeJournal(handle, kind + "|" + id));
    }

    private static void removeJournal(Handle handle, String persistenceId) {
        handle.execute("DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ?", persistenceId);
        handle.execute("DELETE FROM \"snapshot\" WHERE \"persistence_id\" = ?", persistenceId);
    }

    private List<String> idsOf(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }

    private static List<ContentRow> contents(Query query) {
        return query.map((found, context) -> new ContentRow(found.getString(1), found.getString(2), found.getString(3)))
                .list();
    }

    /** In H2 and PostgreSQL alike: update, else insert; a row that appeared in between is newer or is updated. */
    private void upsert(String update, String insert, Object row, boolean isGone, long version) {
        jdbi.useHandle(handle -> {
            for (int attempt = 0; attempt < 2; attempt++) {
                int updated = handle.createUpdate(update)
                        .bindMethods(row)
                        .bind("gone", isGone)
                        .bind("version", version)
                        .execute();
                if (updated > 0) {
                    return;
                }
                try {
                    handle.createUpdate(insert)
                            .bindMethods(row)
                            .bind("gone", isGone)
                            .bind("version", version)
                            .execute();
                    return;
                } catch (UnableToExecuteStatementException refused) {
                    if (!Conflicts.isTaken(refused)) {
                        throw refused;
                    }
                }
            }
        });
    }

    private static TaskStateRow taskOf(java.sql.ResultSet found) throws java.sql.SQLException {
        return new TaskStateRow(
                found.getLong("id"),
                found.getString("state"),
                found.getString("description"),
                found.getString("username"),
                found.getString("deployment"),
                found.getString("context_id"),
                found.getString("result"),
                found.getLong("started_at"),
                found.getLong("changed_at"),
                found.getString("type"),
                found.getString("kind"));
    }
}
