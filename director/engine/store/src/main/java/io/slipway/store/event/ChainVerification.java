package io.slipway.store.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Looks whether the audit trail is as the directors left it. Calls block, and hold nobody up. */
public final class ChainVerification {
    private static final int PAGE = 1_000;
    private static final int MOST_PROBLEMS = 100;

    private final Jdbi jdbi;
    private final ChainKey key;

    public ChainVerification(Jdbi jdbi, ChainKey key) {
        this.jdbi = jdbi;
        this.key = key;
    }

    /**
     * What a look has found.
     *
     * @param rows that were looked at
     * @param from after which row it began
     * @param reached the last row that was looked at: the next look goes on after it
     * @param head the last row of the trail
     * @param checkpoint the last row that was removed for its age
     * @param problems the first hundred, in the order of the chain
     */
    public record Findings(
            long rows,
            ChainPosition from,
            ChainPosition reached,
            ChainPosition head,
            ChainPosition checkpoint,
            boolean isAtEnd,
            List<ChainProblem> problems) {
        public Findings {
            problems = List.copyOf(problems);
        }
    }

    /** The last row of the trail, as the directors have sealed it; empty where the head is somebody else's. */
    public Optional<ChainPosition> head() {
        return jdbi.withHandle(handle -> Optional.of(ChainMark.read(handle, ChainMark.Kind.HEAD))
                .filter(head -> head.isNew() || head.isGenuine(key))
                .map(ChainMark::position));
    }

    /**
     * Goes through the rows after a place that is known to be right, as they are at one moment.
     *
     * @param after where an earlier look has come to, or {@link ChainPosition#START} for the oldest row that is kept
     * @param anchor a head that was written down some time, if any: its row must be there, and be the same
     * @param most rows to look at
     */
    public Findings look(ChainPosition after, Optional<ChainPosition> anchor, long most) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> new Walk(handle, key, most).all(after, anchor));
    }

    private static final class Walk {
        private final Handle handle;
        private final ChainKey key;
        private final long most;
        private final ChainMark head;
        private final ChainMark checkpoint;
        private final List<ChainProblem> problems = new ArrayList<>();
        private long rows;

        Walk(Handle handle, ChainKey key, long most) {
            this.handle = handle;
            this.key = key;
            this.most = most;
            this.head = ChainMark.read(handle, ChainMark.Kind.HEAD);
            this.checkpoint = ChainMark.read(handle, ChainMark.Kind.CHECKPOINT);
        }

        Findings all(ChainPosition after, Optional<ChainPosition> anchor) {
            marks();
            anchor.ifPresent(this::anchor);
            strangers();
            // What an earlier look has been through may have been removed for its age since.
            var from = after.number() < checkpoint.number() ? checkpoint.position() : after;
            var reached = walk(from);
            boolean isAtEnd = rows < most;
            if (isAtEnd) {
                end(reached);
            }
            return new Findings(rows, from, reached, head.position(), checkpoint.position(), isAtEnd, problems);
        }

        private void marks() {
            if (!(head.isNew() || head.isGenuine(key))) {
                found(
                        head.number(),
                        "the head of the chain was not written by a director: rows may be missing after it");
            }
            if (!(checkpoint.isNew() || checkpoint.isGenuine(key))) {
                found(
                        checkpoint.number(),
                        "the checkpoint was not written by a director: rows up to it were removed by somebody else");
            }
        }

        private void anchor(ChainPosition anchor) {
            if (anchor.number() > head.number()) {
                found(
                        anchor.number(),
                        "the anchor is beyond the head, " + head.number() + ": the newest rows were removed");
            } else if (anchor.number() < checkpoint.number()) {
                found(
                        anchor.number(),
                        "the anchor is of a row that was removed for its age, up to " + checkpoint.number()
                                + ": expected a newer one");
            } else if (!digestAt(anchor.number()).equals(anchor.digest())) {
                found(anchor.number(), "the row is not the one that the anchor was taken of");
            }
        }

        private String digestAt(long number) {
            if (number == checkpoint.number()) {
                return checkpoint.digest();
            }
            return handle.createQuery("SELECT digest FROM events WHERE chain_number = :number")
                    .bind("number", number)
                    .mapTo(String.class)
                    .findOne()
                    .orElse("");
        }

        /** Rows that no director has put there. */
        private void strangers() {
            handle.createQuery("SELECT id FROM events WHERE chain_number IS NULL ORDER BY id LIMIT " + MOST_PROBLEMS)
                    .mapTo(Long.class)
                    .forEach(id -> found(0, "event " + id + " is no part of the chain: no director has sealed it"));
            handle.createQuery(
                            "SELECT chain_number FROM events WHERE chain_number <= :number ORDER BY chain_number LIMIT "
                                    + MOST_PROBLEMS)
                    .bind("number", checkpoint.number())
                    .mapTo(Long.class)
                    .forEach(number -> found(number, "the row is older than the checkpoint, and should be gone"));
        }

        private ChainPosition walk(ChainPosition from) {
            var position = from;
            boolean isPreviousKnown = true;
            while (rows < most) {
                var page = ChainRow.after(handle, position.number(), Math.min(PAGE, most - rows));
                for (ChainRow row : page) {
                    if (row.number() > position.number() + 1) {
                        missing(position.number() + 1, row.number() - 1);
                        isPreviousKnown = false;
                    }
                    if (isPreviousKnown && !key.digest(position.digest(), row).equals(row.digest())) {
                        found(row.number(), "event " + row.id() + " is not what was sealed at this place");
                    }
                    if (ChainBreak.is(row)) {
                        found(row.number(), "a director has found here: " + row.error());
                    }
                    position = new ChainPosition(row.number(), row.digest());
                    isPreviousKnown = true;
                    rows++;
                }
                if (page.isEmpty()) {
                    return position;
                }
            }
            return position;
        }

        private void end(ChainPosition last) {
            if (last.number() < head.number()) {
                missing(last.number() + 1, head.number());
            } else if (last.number() > head.number()) {
                found(head.number(), "there are rows up to " + last.number() + " after the head");
            } else if (!last.digest().equals(head.digest())) {
                found(head.number(), "the last row is not the one that the head was written for");
            }
        }

        private void missing(long first, long last) {
            found(first, first == last ? "the row is missing" : "the rows up to " + last + " are missing");
        }

        private void found(long number, String what) {
            if (problems.size() < MOST_PROBLEMS) {
                problems.add(new ChainProblem(number, what));
            }
        }
    }
}
