package io.slipway.secrets.certificate;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Conflicts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The row of the database with the CAs of all directors that share it, sealed with the operator's key. Calls block. */
final class CaTable {
    private static final String NAME = "director";
    private static final String CONTEXT = "director CA";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Issued>> CAS = new TypeReference<>() {};

    private final Jdbi jdbi;
    private final EncryptionKey key;

    CaTable(Jdbi jdbi, EncryptionKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /** Those that there are; the first one issues. */
    Optional<List<Issued>> find() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT sealed FROM director_ca WHERE name = :name AND sealed IS NOT NULL")
                        .bind("name", NAME)
                        .map((found, context) -> opened(found.getBytes(1)))
                        .findOne());
    }

    /** Whether agents trust a CA that is in a data directory still, and in no row. */
    boolean isAwaited() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT name FROM director_ca WHERE sealed IS NULL")
                .mapTo(String.class)
                .findOne()
                .isPresent());
    }

    /** Puts this one, unless there are some; returns those that there are then, whoever put them. */
    List<Issued> putFirst(Issued ca) {
        byte[] sealed = sealed(List.of(ca));
        boolean isFilled = jdbi.withHandle(handle ->
                handle.execute("UPDATE director_ca SET sealed = ? WHERE name = ? AND sealed IS NULL", sealed, NAME)
                        > 0);
        if (!isFilled) {
            Conflicts.added(
                    jdbi,
                    handle -> handle.execute("INSERT INTO director_ca (name, sealed) VALUES (?, ?)", NAME, sealed));
        }
        return find().orElseThrow(() -> new IllegalStateException("the director's CA vanished from table director_ca"));
    }

    private byte[] sealed(List<Issued> cas) {
        try {
            return key.seal(JSON.writeValueAsBytes(cas), CONTEXT);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private List<Issued> opened(byte[] sealed) {
        try {
            return JSON.readValue(key.open(sealed, CONTEXT), CAS);
        } catch (IOException broken) {
            throw new UncheckedIOException("the director's CA does not parse", broken);
        }
    }
}
