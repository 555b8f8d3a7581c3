package io.slipway.engine.run;

/** Ends a run; the message is for people and becomes the task's result. */
public final class RunFailed extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int TASK_CANCELLED = 10001;

    private final int code;
    private final boolean isCancellation;

    /** @param code BOSH's, for the event log */
    public RunFailed(int code, String message) {
        this(code, message, false);
    }

    private RunFailed(int code, String message, boolean isCancellation) {
        super(message);
        this.code = code;
        this.isCancellation = isCancellation;
    }

    public static RunFailed cancelled(long task) {
        return new RunFailed(TASK_CANCELLED, "Task " + task + " cancelled", true);
    }

    public int code() {
        return code;
    }

    public boolean isCancellation() {
        return isCancellation;
    }
}
