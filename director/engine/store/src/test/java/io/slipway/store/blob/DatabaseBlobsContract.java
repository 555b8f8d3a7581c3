package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.EmptyDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What blobs in a database keep to besides. */
abstract class DatabaseBlobsContract extends BlobsContract {
    private static final int CHUNK = DatabaseBlobs.CHUNK_BYTES;

    private final EmptyDatabase kind;
    private final AtomicInteger directors = new AtomicInteger();
    private @Nullable DatabaseSettings settings;
    private @Nullable Database database;

    DatabaseBlobsContract(EmptyDatabase kind) {
        this.kind = kind;
    }

    @Override
    BlobAreas director() throws Exception {
        return director(Duration.ofHours(1));
    }

    final Jdbi jdbi() {
        if (settings == null) {
            settings = settings();
        }
        if (database == null) {
            database = Database.open(settings);
        }
        return database.jdbi();
    }

    private DatabaseSettings settings() {
        try {
            return kind.in(folder);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private BlobAreas director(Duration givenUpAfter) throws IOException {
        return new DatabaseAreas(jdbi(), folder.resolve("copies" + directors.incrementAndGet()), givenUpAfter);
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
            database = null;
        }
    }

    @Override
    void damage(String sha256) {
        jdbi().useHandle(handle -> handle.execute(
                "UPDATE blob_chunks SET content = ? WHERE number = 1 AND blob IN"
                        + " (SELECT id FROM blobs WHERE sha256 = ?)",
                content(CHUNK - 1),
                sha256));
    }

    @Override
    int kept() {
        return count("blobs");
    }

    private int count(String table) {
        return jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void who_reads_what_is_damaged_is_told() throws Exception {
        var stored = blobs.put(content(3 * CHUNK));
        damage(stored.sha256());

        assertThatThrownBy(() -> read(blobs, stored.sha256()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(stored.sha256());
        assertThatThrownBy(() -> blobs.withFile(stored.sha256(), Files::readAllBytes))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("copies1")).isEmptyDirectory();
    }

    @Test
    void chunks_go_with_their_blob() throws Exception {
        var stored = blobs.put(content(40 * CHUNK + 1));
        assertThat(count("blob_chunks")).isEqualTo(41);

        blobs.delete(stored.sha256());

        assertThat(count("blob_chunks")).isZero();
    }

    @Test
    void what_a_director_that_died_has_half_stored_is_seen_by_nobody_and_goes_when_it_is_old() throws Exception {
        byte[] content = content(3 * CHUNK);
        var dying = new SequenceInputStream(new ByteArrayInputStream(content), new Meanwhile(this::close));

        assertThatThrownBy(() -> blobs.put(dying)).isInstanceOf(IOException.class);

        assertThat(director(Duration.ofHours(1)).area("blobs").has(Sha256.of(content)))
                .isFalse();
        director(Duration.ofHours(1)).tidy("blobs");
        assertThat(count("blob_chunks")).isEqualTo(3);
        director(Duration.ZERO).tidy("blobs");
        assertThat(count("blob_chunks")).isZero();
        assertThat(kept()).isZero();
    }

    @Test
    void who_was_given_up_meanwhile_is_told_that_nothing_is_stored() throws Exception {
        byte[] content = content(2 * CHUNK);
        var slow =
                new SequenceInputStream(new ByteArrayInputStream(content), new Meanwhile(() -> director(Duration.ZERO)
                        .tidy("blobs")));

        assertThatThrownBy(() -> blobs.put(slow))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it was given up");

        assertThat(blobs.has(Sha256.of(content))).isFalse();
        assertThat(count("blob_chunks")).isZero();
    }

    @Test
    void a_removal_that_was_cut_off_is_taken_up_again() throws Exception {
        blobs.put(content(5 * CHUNK));
        jdbi().useHandle(handle -> {
            handle.execute("UPDATE blobs SET sha256 = NULL, doomed = TRUE");
            handle.execute("DELETE FROM blob_chunks WHERE number > 2");
        });

        director(Duration.ofHours(1)).tidy("blobs");

        assertThat(count("blob_chunks")).isZero();
        assertThat(kept()).isZero();
    }

    /** Something that happens while a stream is waited for, after which it ends. */
    static final class Meanwhile extends InputStream {
        private final Happening happening;

        /** What happens. */
        @FunctionalInterface
        interface Happening {
            void happen() throws IOException;
        }

        Meanwhile(Happening happening) {
            this.happening = happening;
        }

        @Override
        public int read() throws IOException {
            happening.happen();
            return -1;
        }
    }
}
