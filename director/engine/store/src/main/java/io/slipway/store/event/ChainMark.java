package io.slipway.store.event;

import java.util.Locale;
import org.jdbi.v3.core.Handle;

/**
 * Where the audit trail's chain begins or ends. The row of the head is locked by who adds to the chain or removes of it.
 *
 * @param at epoch milliseconds
 * @param seal empty until a director has started
 */
record ChainMark(Kind kind, long number, String digest, long at, String seal) {

    enum Kind {
        /** The last row that was added. */
        HEAD,
        /** The last row that was removed for its age. */
        CHECKPOINT,
        /** Its time says until when rows that directors of earlier versions have written are taken in. */
        ADOPTION;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ChainMark lockedHead(Handle handle) {
        return read(handle, Kind.HEAD, " FOR UPDATE");
    }

    static ChainMark read(Handle handle, Kind kind) {
        return read(handle, kind, "");
    }

    private static ChainMark read(Handle handle, Kind kind, String lock) {
        return handle.createQuery("SELECT chain_number, digest, at, seal FROM audit_chain WHERE mark = :mark" + lock)
                .bind("mark", kind.column())
                .map((found, context) ->
                        new ChainMark(kind, found.getLong(1), found.getString(2), found.getLong(3), found.getString(4)))
                .findOne()
                .orElseThrow(() -> new IllegalStateException("table audit_chain has no row '" + kind.column()
                        + "': somebody has removed it. Put the database back from a backup"));
    }

    ChainPosition position() {
        return new ChainPosition(number, digest);
    }

    /** Neither a director, nor anybody else, has sealed it yet. */
    boolean isNew() {
        return seal.isEmpty() && number == 0 && digest.isEmpty();
    }

    boolean isGenuine(ChainKey key) {
        return key.seal(this).equals(seal);
    }

    void write(Handle handle, ChainKey key) {
        handle.createUpdate("UPDATE audit_chain SET chain_number = :number, digest = :digest, at = :at, seal = :sealed"
                        + " WHERE mark = :mark")
                .bind("number", number)
                .bind("digest", digest)
                .bind("at", at)
                .bind("sealed", key.seal(this))
                .bind("mark", kind.column())
                .execute();
    }

    ChainMark at(ChainPosition position, long time) {
        return new ChainMark(kind, position.number(), position.digest(), time, seal);
    }
}
