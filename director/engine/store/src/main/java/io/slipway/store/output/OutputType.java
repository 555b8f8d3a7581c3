package io.slipway.store.output;

/** The outputs of a task. */
public enum OutputType {
    EVENT,
    DEBUG,
    CPI,
    RESULT
}
