package io.slipway.store.member;

import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The right of one director to do a task's work. Another one takes it when this one is taken for dead; what this one still
 * tries within a transaction is refused then.
 */
public interface Turn {
    /** Of work that nobody else does. */
    Turn UNCONTESTED = new Turn() {
        @Override
        public void check(Handle handle) {}

        @Override
        public String once(Handle handle, Supplier<String> act) {
            return act.get();
        }

        @Override
        public boolean isFirst() {
            return true;
        }
    };

    /** Nobody takes the turn before this transaction ends. Throws {@link Lost} where somebody has. */
    void check(Handle handle);

    /**
     * Does something within this transaction that is to be done once in the task's life, whoever does it, and returns what it
     * returns; where that was done before, only what it returned then. Throws {@link Lost} where somebody has taken the turn.
     */
    String once(Handle handle, Supplier<String> act);

    /** Whether nobody had begun with the task before. */
    boolean isFirst();

    /** The same turn, in which the work is done once more. */
    default Turn again() {
        var same = this;
        return new Turn() {
            @Override
            public void check(Handle handle) {
                same.check(handle);
            }

            @Override
            public String once(Handle handle, Supplier<String> act) {
                return same.once(handle, act);
            }

            @Override
            public boolean isFirst() {
                return false;
            }
        };
    }

    /** Another director does this work. */
    final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(long task) {
            super("another director does the work of task " + task);
        }
    }
}
