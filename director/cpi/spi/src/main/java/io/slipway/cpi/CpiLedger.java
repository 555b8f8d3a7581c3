package io.slipway.cpi;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a CPI remembers that its infrastructure cannot be asked for. Its director keeps it where all directors of the cluster
 * see it. Who writes of a thing holds its lease, and makes calls about it only meanwhile. Calls block.
 */
public interface CpiLedger {

    /** What can be remembered. */
    enum Kind {
        VM,
        DISK,
        STEMCELL;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is known of one thing.
     *
     * @param key by which it is asked for, minted before it is made
     * @param cid empty while it has none
     * @param phase how far its making got, in the CPI's words
     * @param node of the director that began to make it
     * @param content what else the CPI wants to know; no secret
     */
    record Entry(Kind kind, String key, String cid, String phase, String node, String content) {}

    /** Of this director; the same after a restart of it, and another one on every other machine. */
    String node();

    Optional<Entry> find(Kind kind, String key);

    Optional<Entry> findByCid(Kind kind, String cid);

    List<Entry> list(Kind kind);

    /** Adds what was remembered elsewhere before; what is known already stays as it is. */
    void takeOver(Entry former);

    /**
     * Waits until nobody else deals with a thing, on this director or on another. One that died or was frozen loses its lease
     * after a while.
     *
     * @throws CpiException where the waiting thread is interrupted
     */
    Lease hold(Kind kind, String key);

    /** The right to deal with one thing; it lasts, by itself, until it is closed or this director is taken for dead. */
    interface Lease extends AutoCloseable {
        /**
         * To be called at the last moment before an act that must not be done by two at a time.
         *
         * @throws Lost where another one has it
         */
        void confirm();

        /**
         * Writes of the thing.
         *
         * @throws Lost where another one has the lease: nothing is written
         */
        void put(Entry entry);

        /**
         * Forgets the thing.
         *
         * @throws Lost where another one has the lease: nothing is written
         */
        void remove();

        @Override
        void close();
    }

    /** Another director took this one for dead, and deals with the thing itself. */
    final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Lost(Kind kind, String key) {
            super("another director has taken over what is done about " + kind.word() + " '" + key + "'");
        }
    }
}
