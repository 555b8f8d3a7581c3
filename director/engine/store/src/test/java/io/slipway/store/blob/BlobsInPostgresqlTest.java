package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.EmptyDatabase;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class BlobsInPostgresqlTest extends DatabaseBlobsContract {
    BlobsInPostgresqlTest() {
        super(EmptyDatabase.POSTGRESQL);
    }

    /** One that is open for longer than a while is ended by the server, so that a frozen director holds nobody up. */
    @Test
    void no_transaction_is_open_while_a_stream_is_waited_for() throws Exception {
        var open = new ArrayList<Integer>();
        byte[] content = content(2 * DatabaseBlobs.CHUNK_BYTES);

        var stored = blobs.put(new SequenceInputStream(
                new ByteArrayInputStream(content), new Meanwhile(() -> open.add(openTransactions()))));
        try (var reading = blobs.open(stored.sha256())) {
            reading.readNBytes(10);
            open.add(openTransactions());
        }

        assertThat(open).containsOnly(0).hasSizeGreaterThan(1);
    }

    private int openTransactions() {
        return jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND state LIKE 'idle in transaction%'")
                .mapTo(Integer.class)
                .one());
    }
}
