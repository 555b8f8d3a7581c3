package io.slipway.engine;

import io.slipway.store.Outage;
import java.util.Optional;

/** A request that was refused before anything changed. It carries BOSH's error code. */
public final class RequestRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int INTERNAL = 100;

    private final Reason reason;
    private final int code;

    /** Why, as far as it matters to who asks. */
    public enum Reason {
        /** What was asked makes no sense, or does not fit what there is. */
        INVALID,
        /** What it is about does not exist. */
        NOT_FOUND,
        /** Something else is in the way now. */
        CONFLICT,
        /** Who asks may not. */
        FORBIDDEN,
        /** Whoever was to answer did not, or failed: VMs, agents, infrastructures. */
        FAILED,
        /** The director cannot now; asked again in a while, it may. */
        UNAVAILABLE
    }

    public RequestRefused(Reason reason, int code, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    public static RequestRefused invalid(int code, String message) {
        return new RequestRefused(Reason.INVALID, code, message);
    }

    public static RequestRefused notFound(int code, String message) {
        return new RequestRefused(Reason.NOT_FOUND, code, message);
    }

    public static RequestRefused conflict(int code, String message) {
        return new RequestRefused(Reason.CONFLICT, code, message);
    }

    public static RequestRefused failed(int code, String message) {
        return new RequestRefused(Reason.FAILED, code, message);
    }

    public static RequestRefused unavailable(int code, String message) {
        return new RequestRefused(Reason.UNAVAILABLE, code, message);
    }

    /** What to answer where something failed since the database is away; empty for any other failure. */
    public static Optional<RequestRefused> ofOutage(Throwable failure) {
        return Outage.is(failure)
                ? Optional.of(
                        unavailable(INTERNAL, "the director's database does not answer now: ask again in a while"))
                : Optional.empty();
    }

    public int code() {
        return code;
    }

    public Reason reason() {
        return reason;
    }
}
