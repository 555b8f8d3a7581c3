package io.slipway.http;

/** A request that HTTP itself has a status for: who asks, or how it is asked, and not what is asked for. */
public final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;

    /**
     * @param status of HTTP, of the 4xx kind
     * @param code BOSH's error code
     */
    public HttpError(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    public int code() {
        return code;
    }
}
