package io.slipway.cli;

/** A failure whose message is for the user: one line that says what was wrong, where, and what to do next. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CliException(String message) {
        super(message);
    }

    public CliException(String message, Throwable cause) {
        super(message, cause);
    }
}
