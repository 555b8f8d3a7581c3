package io.slipway.engine.output;

/** The outputs of a task. */
public enum OutputType {
    EVENT,
    DEBUG,
    CPI,
    RESULT
}
