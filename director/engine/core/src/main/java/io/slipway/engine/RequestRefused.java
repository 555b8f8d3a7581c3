package io.slipway.engine;

/**
 * A request that was refused before anything changed.
 *
 * <p>Carries BOSH's error code and an HTTP status of the 4xx kind, or 503 where the caller should try again.
 */
public final class RequestRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final int httpStatus;

    public RequestRefused(int httpStatus, int code, String message) {
        super(message);
        this.httpStatus = httpStatus;
        this.code = code;
    }

    public int code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
