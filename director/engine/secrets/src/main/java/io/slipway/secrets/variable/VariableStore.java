package io.slipway.secrets.variable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Conflicts;
import io.slipway.store.Conflicts.Room;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Variables by absolute name, in versions, sealed with the operator's key; and which versions deployments use. Of two
 * writers of a version the first wins.
 */
public final class VariableStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLUMNS = "id, name, version, type, deployment, options_hash, made_for";

    private final Jdbi jdbi;
    private final EncryptionKey key;

    public VariableStore(Jdbi jdbi, EncryptionKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /**
     * A version of a variable, without its value.
     *
     * @param deployment that alone has it; empty for one with an absolute name
     * @param madeFor the task whose run had it made; 0 for none
     */
    public record VariableRow(
            long id, String name, int version, String type, String deployment, String optionsHash, long madeFor) {}

    /** The newest value. */
    public Optional<Object> get(String name) {
        return row(name).flatMap(row -> get(row.id()));
    }

    public Optional<Object> get(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT name, sealed FROM variable_values WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> opened(found.getString(1), found.getBytes(2)))
                .findOne());
    }

    /** The newest version. */
    public Optional<VariableRow> row(String name) {
        return jdbi
                .withHandle(handle -> rows(handle.createQuery("SELECT " + COLUMNS
                                + " FROM variable_values WHERE name = :name ORDER BY version DESC LIMIT 1")
                        .bind("name", name)))
                .stream()
                .findFirst();
    }

    public Optional<VariableRow> row(long id) {
        return jdbi
                .withHandle(
                        handle -> rows(handle.createQuery("SELECT " + COLUMNS + " FROM variable_values WHERE id = :id")
                                .bind("id", id)))
                .stream()
                .findFirst();
    }

    /**
     * Puts a version unless there is one, and returns the one that counts.
     *
     * @param row its id does not count; its version is one, or one more than the newest
     */
    public VariableRow put(VariableRow row, Object value) {
        Conflicts.added(
                jdbi,
                handle -> handle.execute(
                        "INSERT INTO variable_values (id, name, version, type, deployment, options_hash, made_for, sealed)"
                                + " VALUES (NEXTVAL('variable_ids'), ?, ?, ?, ?, ?, ?, ?)",
                        row.name(),
                        row.version(),
                        row.type(),
                        row.deployment(),
                        row.optionsHash(),
                        row.madeFor(),
                        sealed(row.name(), value)));
        return row(row.name()).orElseThrow();
    }

    /** The versions that a deployment uses, in the order of their names. */
    public List<VariableRow> usedBy(String deployment) {
        return jdbi.withHandle(handle -> rows(handle.createQuery("SELECT v.id, v.name, v.version, v.type, v.deployment,"
                        + " v.options_hash, v.made_for FROM variable_values v JOIN deployment_variables d ON d.value_id = v.id"
                        + " WHERE d.deployment = :of ORDER BY v.name")
                .bind("of", deployment)));
    }

    /** Ids of the versions that a deployment uses, by absolute name. */
    public Map<String, Long> idsUsedBy(String deployment) {
        var ids = new LinkedHashMap<String, Long>();
        usedBy(deployment).forEach(row -> ids.put(row.name(), row.id()));
        return ids;
    }

    /**
     * Puts what a deployment uses in the place of what it used. Versions that are neither used by any deployment, nor held by
     * a run, nor the newest of their name go. Done twice, it does no harm.
     *
     * @param ids by absolute name
     */
    public void use(String deployment, Map<String, Long> ids) {
        Conflicts.alone(jdbi, Room.VARIABLES, handle -> {
            var before = handle.createQuery("SELECT name FROM deployment_variables WHERE deployment = :of")
                    .bind("of", deployment)
                    .mapTo(String.class)
                    .list();
            handle.execute("DELETE FROM deployment_variables WHERE deployment = ?", deployment);
            ids.forEach((name, id) -> handle.execute(
                    "INSERT INTO deployment_variables (deployment, name, value_id) VALUES (?, ?, ?)",
                    deployment,
                    name,
                    id));
            for (String name : before) {
                handle.execute(
                        "DELETE FROM variable_values WHERE name = ? AND version < (SELECT MAX(version) FROM"
                                + " variable_values newest WHERE newest.name = ?)"
                                + " AND id NOT IN (SELECT value_id FROM deployment_variables)"
                                + " AND id NOT IN (SELECT value_id FROM run_variables)",
                        name,
                        name);
            }
            return ids.size();
        });
    }

    /** Forgets what a deployment uses, and deletes what it alone has: its relative variables. */
    public void deleteOf(String deployment) {
        Conflicts.alone(jdbi, Room.VARIABLES, handle -> {
            handle.execute("DELETE FROM deployment_variables WHERE deployment = ?", deployment);
            return handle.execute("DELETE FROM variable_values WHERE deployment = ?", deployment);
        });
    }

    private static List<VariableRow> rows(Query query) {
        return query.map((found, context) -> new VariableRow(
                        found.getLong(1),
                        found.getString(2),
                        found.getInt(3),
                        found.getString(4),
                        found.getString(5),
                        found.getString(6),
                        found.getLong(7)))
                .list();
    }

    private byte[] sealed(String name, Object value) {
        try {
            return key.seal(JSON.writeValueAsBytes(value), name);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("the value of variable '" + name + "' is not plain", notPlain);
        }
    }

    private Object opened(String name, byte[] sealed) {
        try {
            return JSON.readValue(key.open(sealed, name), Object.class);
        } catch (IOException broken) {
            throw new UncheckedIOException("the value of variable '" + name + "' does not parse", broken);
        }
    }
}
