package io.slipway.cpi;

/** Who asks a CPI for something. Safe for use by many threads. */
public interface CallContext {
    /** An asker that neither listens nor gives up. */
    CallContext SILENT = line -> {};

    /** A line, without its end, for those who want to know what the CPI did. Holds no secret. */
    void log(String line);

    /** Whether the asker wants no answer any more; a CPI that can give up then does. */
    default boolean isCancelled() {
        return false;
    }
}
