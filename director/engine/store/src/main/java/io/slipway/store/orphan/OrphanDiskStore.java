package io.slipway.store.orphan;

import io.slipway.store.Conflicts;
import io.slipway.store.PlainText;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Disks that no instance has any more. */
public final class OrphanDiskStore {
    private final Jdbi jdbi;

    public OrphanDiskStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * One disk.
     *
     * @param instance as {@code group/id}
     * @param orphanedAt epoch milliseconds
     * @param cloudProperties JSON
     */
    public record OrphanDiskRow(
            String cid,
            long sizeMb,
            String deployment,
            String instance,
            String az,
            long orphanedAt,
            String cpi,
            String cloudProperties) {
        private static final int LONGEST_NAME = 255;

        /** The name of a group with an id behind it may be longer than its column. */
        public OrphanDiskRow {
            instance = PlainText.clean(instance, LONGEST_NAME);
        }
    }

    /** One that is there stays as it is. */
    public void add(OrphanDiskRow disk) {
        Conflicts.added(jdbi, handle -> handle.createUpdate("INSERT INTO orphan_disks"
                        + " (cid, size_mb, deployment, instance, az, orphaned_at, cpi, cloud_properties) VALUES"
                        + " (:cid, :sizeMb, :deployment, :instance, :az, :orphanedAt, :cpi, :cloudProperties)")
                .bindMethods(disk)
                .execute());
    }

    /** Newest first. */
    public List<OrphanDiskRow> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM orphan_disks ORDER BY orphaned_at DESC, cid")
                .map((found, context) -> new OrphanDiskRow(
                        found.getString("cid"),
                        found.getLong("size_mb"),
                        found.getString("deployment"),
                        found.getString("instance"),
                        found.getString("az"),
                        found.getLong("orphaned_at"),
                        found.getString("cpi"),
                        found.getString("cloud_properties")))
                .list());
    }

    public Optional<OrphanDiskRow> find(String cid) {
        return list().stream().filter(disk -> disk.cid().equals(cid)).findFirst();
    }

    public void remove(String cid) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM orphan_disks WHERE cid = ?", cid));
    }
}
