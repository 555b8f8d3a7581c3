package io.slipway.store.member;

import io.slipway.store.Conflicts;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The directors that are one cluster, as the database they share knows them. A cluster has a generation: who founds one takes
 * the next, under the lock of one row, so that there is never a second one beside it that anybody would take for the present
 * one. Calls block.
 */
public final class MemberStore {
    private final Jdbi jdbi;

    public MemberStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The members at one moment.
     *
     * @param beats by address, how often the member has said that it lives
     */
    public record Members(long generation, Map<String, Long> beats) {
        public Members {
            beats = Map.copyOf(beats);
        }
    }

    public Members look() {
        return jdbi.inTransaction(MemberStore::members);
    }

    /**
     * Founds a cluster of a new generation, whose only member this one is; all others are none any more. Empty where the
     * members are not what they were when the caller looked: one of them lives, or somebody else has founded.
     */
    public Optional<Long> found(String address, Members seen) {
        return Conflicts.retried(jdbi, handle -> {
            lock(handle);
            // Whoever beats now waits, and finds itself gone.
            handle.createQuery("SELECT address FROM cluster_members FOR UPDATE")
                    .mapTo(String.class)
                    .list();
            if (!members(handle).equals(seen)) {
                return Optional.<Long>empty();
            }
            long next = seen.generation() + 1;
            handle.execute("UPDATE cluster_generation SET generation = ?", next);
            handle.execute("DELETE FROM cluster_members");
            handle.execute("INSERT INTO cluster_members (address, generation, beats) VALUES (?, ?, 0)", address, next);
            return Optional.of(next);
        });
    }

    /** A member of this generation says that it lives. False where that generation is over: it must not act any more. */
    public boolean beat(String address, long generation) {
        int known = jdbi.withHandle(handle -> handle.execute(
                "UPDATE cluster_members SET beats = beats + 1 WHERE address = ? AND generation = ?",
                address,
                generation));
        return known == 1 || enter(address, generation);
    }

    private boolean enter(String address, long generation) {
        return Conflicts.retried(jdbi, handle -> {
            lock(handle);
            if (members(handle).generation() != generation) {
                return false;
            }
            handle.execute("DELETE FROM cluster_members WHERE address = ?", address);
            handle.execute(
                    "INSERT INTO cluster_members (address, generation, beats) VALUES (?, ?, 0)", address, generation);
            return true;
        });
    }

    /** A member goes in order: nobody need wait to see whether it lives. */
    public void leave(String address) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM cluster_members WHERE address = ?", address));
    }

    private static void lock(Handle handle) {
        handle.createQuery("SELECT generation FROM cluster_generation WHERE id = 1 FOR UPDATE")
                .mapTo(Long.class)
                .one();
    }

    private static Members members(Handle handle) {
        long generation = handle.createQuery("SELECT generation FROM cluster_generation WHERE id = 1")
                .mapTo(Long.class)
                .one();
        return new Members(
                generation,
                handle.createQuery("SELECT address, beats FROM cluster_members")
                        .reduceRows(new java.util.HashMap<String, Long>(), (beats, row) -> {
                            beats.put(row.getColumn("address", String.class), row.getColumn("beats", Long.class));
                            return beats;
                        }));
    }
}
