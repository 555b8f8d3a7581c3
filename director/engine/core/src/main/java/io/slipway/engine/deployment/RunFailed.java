package io.slipway.engine.deployment;

/** Ends a run; the message is for people and becomes the task's result. */
final class RunFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final boolean isCancellation;

    RunFailed(int code, String message) {
        super(message);
        this.code = code;
        this.isCancellation = false;
    }

    private RunFailed(String message) {
        super(message);
        this.code = 10001;
        this.isCancellation = true;
    }

    static RunFailed cancelled(long task) {
        return new RunFailed("Task " + task + " cancelled");
    }

    int code() {
        return code;
    }

    boolean isCancellation() {
        return isCancellation;
    }
}
