package io.slipway.store.event;

import java.util.UUID;

/**
 * The fact that a director found the chain other than it had left it. It goes into the chain itself, so that what is sealed
 * afterwards does not hide it.
 */
final class ChainBreak {
    private static final String ACTION = "break";
    private static final String TYPE = "audit-chain";
    private static final String USER = "director";

    private ChainBreak() {}

    static AuditEvent fact(long number, long at, String why) {
        return new AuditEvent(
                0,
                "audit-chain/break/" + UUID.randomUUID(),
                at,
                USER,
                "",
                ACTION,
                TYPE,
                Long.toString(number),
                "",
                "",
                "",
                why,
                "{}");
    }

    static boolean is(ChainRow row) {
        return row.action().equals(ACTION)
                && row.objectType().equals(TYPE)
                && row.user().equals(USER);
    }
}
