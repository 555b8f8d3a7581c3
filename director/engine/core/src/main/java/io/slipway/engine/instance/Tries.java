package io.slipway.engine.instance;

/** Counts what goes wrong and may be tried again. Not journaled: after a recovery it is counted anew. */
final class Tries {
    private final int most;
    private int failed;

    Tries(int most) {
        this.most = most;
    }

    /** Counts one more that went wrong, and says whether it may be tried again. */
    boolean isAnotherLeft() {
        return ++failed < most;
    }

    void reset() {
        failed = 0;
    }
}
