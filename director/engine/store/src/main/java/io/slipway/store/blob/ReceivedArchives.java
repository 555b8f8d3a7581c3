package io.slipway.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Archives that clients have sent, among the blobs, so that any director can take them in. Each has an area of its own: two
 * clients may send the same, and the one whose task ends first deletes nothing of the other's.
 */
public final class ReceivedArchives {
    /** The area above those of archives. */
    public static final String AREA = "uploads";
    /** Longer than sending one takes. */
    private static final Duration LONGEST_SENDING = Duration.ofDays(1);

    private final Jdbi jdbi;
    private final BlobAreas areas;

    public ReceivedArchives(Jdbi jdbi, BlobAreas areas) {
        this.jdbi = jdbi;
        this.areas = areas;
    }

    /**
     * An archive that was received whole.
     *
     * @param id of its own
     */
    public record Received(String id, String sha256) {}

    /** Blocks until all of it is there; a stream that fails leaves nothing. */
    public Received receive(InputStream content) throws IOException {
        String id = UUID.randomUUID().toString();
        jdbi.useHandle(handle -> handle.execute("INSERT INTO received_archives (id) VALUES (?)", id));
        boolean isReceived = false;
        try {
            var received = new Received(id, areas.area(area(id)).put(content).sha256());
            isReceived = true;
            return received;
        } finally {
            if (!isReceived) {
                remove(id);
            }
        }
    }

    /** From now on it stays until this task has ended. */
    public void belongsTo(long task, Received archive) {
        jdbi.useHandle(
                handle -> handle.execute("UPDATE received_archives SET task = ? WHERE id = ?", task, archive.id()));
    }

    /** As {@link Blobs#withFile}. */
    public <T, X extends Exception> T withFile(Received archive, Blobs.FileUse<T, X> use) throws IOException, X {
        return areas.area(area(archive.id())).withFile(archive.sha256(), use);
    }

    /** Done twice, it does no harm. */
    public void remove(Received archive) throws IOException {
        remove(archive.id());
    }

    private void remove(String id) throws IOException {
        areas.remove(area(id));
        jdbi.useHandle(handle -> handle.execute("DELETE FROM received_archives WHERE id = ?", id));
    }

    /** Deletes those whose task has ended without doing so, as with its director, and those that no task ever took. */
    public void tidy() throws IOException {
        tidy(LONGEST_SENDING);
    }

    void tidy(Duration longestSending) throws IOException {
        List<String> left = jdbi.withHandle(handle -> handle.createQuery("SELECT id FROM received_archives r"
                        + " WHERE (task > 0 AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = r.task"
                        + " AND t.state IN ('QUEUED', 'PROCESSING', 'CANCELLING')))"
                        + " OR (task = 0 AND received_at <= CURRENT_TIMESTAMP"
                        + " - CAST(:longest AS BIGINT) * INTERVAL '1' SECOND)")
                .bind("longest", longestSending.toSeconds())
                .mapTo(String.class)
                .list());
        for (String id : left) {
            remove(id);
        }
    }

    private static String area(String id) {
        return AREA + "/" + id;
    }
}
