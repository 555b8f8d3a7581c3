package io.slipway.store.snapshot;

import io.slipway.store.Conflicts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Snapshots of persistent disks: known before they are made, and until they are deleted. */
public final class SnapshotStore {
    private final Jdbi jdbi;

    public SnapshotStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * One snapshot.
     *
     * @param key minted before it is made
     * @param cid empty while the outcome of its making is not known
     * @param isClean no job was running on the disk
     * @param createdAt epoch milliseconds
     * @param cpi that has it; empty for the built-in one
     */
    public record SnapshotRow(String key, String cid, String diskCid, boolean isClean, long createdAt, String cpi) {}

    /** A snapshot is about to be made; one that is known already stays as it is. */
    public void intend(SnapshotRow snapshot) {
        Conflicts.added(jdbi, handle -> handle.createUpdate(
                        "INSERT INTO snapshots (snapshot_key, cid, disk_cid, clean, created_at, cpi)"
                                + " VALUES (:key, '', :diskCid, :isClean, :createdAt, :cpi)")
                .bindMethods(snapshot)
                .execute());
    }

    public void made(String key, String cid) {
        jdbi.useHandle(handle -> handle.execute("UPDATE snapshots SET cid = ? WHERE snapshot_key = ?", cid, key));
    }

    /** It was never made. */
    public void forget(String key) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM snapshots WHERE snapshot_key = ?", key));
    }

    /** Those whose making was begun, and of which nothing more is known. */
    public List<SnapshotRow> intended() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM snapshots WHERE cid = '' ORDER BY created_at")
                        .map((found, context) -> row(found))
                        .list());
    }

    /** Those of some disks, oldest first. */
    public List<SnapshotRow> of(List<String> diskCids) {
        if (diskCids.isEmpty()) {
            return List.of();
        }
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM snapshots WHERE cid <> ''"
                        + " AND disk_cid IN (<disks>) ORDER BY created_at, cid")
                .bindList("disks", diskCids)
                .map((found, context) -> row(found))
                .list());
    }

    public Optional<SnapshotRow> find(String cid) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM snapshots WHERE cid = :cid AND cid <> ''")
                .bind("cid", cid)
                .map((found, context) -> row(found))
                .findOne());
    }

    public void remove(String cid) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM snapshots WHERE cid = ? AND cid <> ''", cid));
    }

    private static SnapshotRow row(ResultSet found) throws SQLException {
        return new SnapshotRow(
                found.getString("snapshot_key"),
                found.getString("cid"),
                found.getString("disk_cid"),
                found.getBoolean("clean"),
                found.getLong("created_at"),
                found.getString("cpi"));
    }
}
