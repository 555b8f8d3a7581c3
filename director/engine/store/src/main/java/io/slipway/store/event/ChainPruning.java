package io.slipway.store.event;

import io.slipway.store.Conflicts;
import io.slipway.store.event.ChainMark.Kind;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes the oldest rows of the audit trail. A sealed checkpoint takes the place of the last one, so that what is left can be proven to
 * follow it. What was changed is not removed: it would be evidence that is destroyed.
 */
public final class ChainPruning {
    private static final int PAGE = 1_000;

    private final Jdbi jdbi;
    private final ChainKey key;

    ChainPruning(Jdbi jdbi, ChainKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /**
     * What was removed.
     *
     * @param rows how many
     * @param last the last one of them, or where the trail begins anyway
     * @param problem why not more, or empty
     */
    public record Pruned(long rows, ChainPosition last, Optional<ChainProblem> problem) {}

    /**
     * Removes rows that are older, up to the first one that is not.
     *
     * @param before epoch milliseconds
     */
    public Pruned olderThan(long before) {
        long rows = 0;
        while (true) {
            var page = Conflicts.retried(jdbi, handle -> page(handle, before));
            rows += page.rows();
            if (page.rows() < PAGE) {
                return new Pruned(rows, page.last(), page.problem());
            }
        }
    }

    private Pruned page(Handle handle, long before) {
        // Nobody adds or removes anything meanwhile.
        ChainMark.lockedHead(handle);
        var checkpoint = ChainMark.read(handle, Kind.CHECKPOINT);
        if (!checkpoint.isGenuine(key)) {
            return stopped(checkpoint.position(), "the checkpoint was not written by a director");
        }
        var last = checkpoint.position();
        int old = 0;
        for (ChainRow row : ChainRow.after(handle, last.number(), PAGE)) {
            if (row.at() >= before) {
                break;
            }
            if (row.number() != last.number() + 1
                    || !key.digest(last.digest(), row).equals(row.digest())) {
                return stopped(last, "the row after it is not what was sealed at this place");
            }
            last = new ChainPosition(row.number(), row.digest());
            old++;
        }
        if (old > 0) {
            handle.createUpdate("DELETE FROM events WHERE chain_number <= :last")
                    .bind("last", last.number())
                    .execute();
            checkpoint.at(last, before).write(handle, key);
        }
        return new Pruned(old, last, Optional.empty());
    }

    private static Pruned stopped(ChainPosition last, String why) {
        return new Pruned(0, last, Optional.of(new ChainProblem(last.number(), why)));
    }
}
