package io.slipway.store.orphan;

import io.slipway.store.Conflicts;
import io.slipway.store.PlainText;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The rows of orphaned VMs. */
public final class OrphanedVmStore {
    private static final String BETWEEN = "\n";

    private final Jdbi jdbi;

    public OrphanedVmStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** One VM; the time is epoch milliseconds. */
    public record OrphanedVmRow(
            String cid,
            String deployment,
            String instance,
            String az,
            List<String> ips,
            List<String> leases,
            long orphanedAt,
            String cpi) {
        private static final int LONGEST_NAME = 255;

        /** The name of a group with an id behind it may be longer than its column. */
        public OrphanedVmRow {
            instance = PlainText.clean(instance, LONGEST_NAME);
        }
    }

    /** Told again, it adds nothing. */
    public void add(OrphanedVmRow vm) {
        Conflicts.added(jdbi, handle -> handle.createUpdate(
                        "INSERT INTO orphaned_vms (cid, deployment, instance, az, ips, leases, orphaned_at, cpi)"
                                + " VALUES (:cid, :deployment, :instance, :az, :allIps, :allLeases, :orphanedAt, :cpi)")
                .bind("cid", vm.cid())
                .bind("deployment", vm.deployment())
                .bind("instance", vm.instance())
                .bind("az", vm.az())
                .bind("allIps", String.join(BETWEEN, vm.ips()))
                .bind("allLeases", String.join(BETWEEN, vm.leases()))
                .bind("orphanedAt", vm.orphanedAt())
                .bind("cpi", vm.cpi())
                .execute());
    }

    public List<OrphanedVmRow> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM orphaned_vms ORDER BY orphaned_at, cid")
                .map((found, context) -> new OrphanedVmRow(
                        found.getString("cid"),
                        found.getString("deployment"),
                        found.getString("instance"),
                        found.getString("az"),
                        parts(found.getString("ips")),
                        parts(found.getString("leases")),
                        found.getLong("orphaned_at"),
                        found.getString("cpi")))
                .list());
    }

    public void remove(String cid) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM orphaned_vms WHERE cid = ?", cid));
    }

    private static List<String> parts(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(BETWEEN));
    }
}
