package io.slipway.engine.variable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.secret.EncryptionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Variables by absolute name, sealed with the operator's key. The first value that is put wins. */
public final class VariableStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Jdbi jdbi;
    private final EncryptionKey key;

    public VariableStore(Jdbi jdbi, EncryptionKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /** A variable without its value. */
    public record VariableRow(String name, String type, String deployment, String optionsHash) {}

    public Optional<Object> get(String name) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT sealed FROM variables WHERE name = :name")
                .bind("name", name)
                .map((found, context) -> opened(name, found.getBytes(1)))
                .findOne());
    }

    public Optional<VariableRow> row(String name) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT name, type, deployment, options_hash FROM variables WHERE name = :name")
                .bind("name", name)
                .map((found, context) ->
                        new VariableRow(found.getString(1), found.getString(2), found.getString(3), found.getString(4)))
                .findOne());
    }

    /** Puts a value unless there is one, and returns the one that counts. */
    public Object putIfAbsent(String name, String type, String deployment, String optionsHash, Object value) {
        try {
            jdbi.useHandle(handle -> handle.execute(
                    "INSERT INTO variables (name, type, deployment, options_hash, sealed) VALUES (?, ?, ?, ?, ?)",
                    name,
                    type,
                    deployment,
                    optionsHash,
                    sealed(name, value)));
            return value;
        } catch (UnableToExecuteStatementException refused) {
            return get(name).orElseThrow(() -> refused);
        }
    }

    public void replace(String name, String optionsHash, Object value) {
        jdbi.useHandle(handle -> handle.execute(
                "UPDATE variables SET options_hash = ?, sealed = ? WHERE name = ?",
                optionsHash,
                sealed(name, value),
                name));
    }

    public List<VariableRow> list(String deployment) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT name, type, deployment, options_hash FROM variables WHERE deployment = :of ORDER BY name")
                .bind("of", deployment)
                .map((found, context) ->
                        new VariableRow(found.getString(1), found.getString(2), found.getString(3), found.getString(4)))
                .list());
    }

    /** Deletes what a deployment alone has: its relative variables. */
    public void deleteOf(String deployment) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM variables WHERE deployment = ?", deployment));
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
