package io.slipway.engine.output;

/** One output of one task. */
record Stream(long task, OutputType type) {}
