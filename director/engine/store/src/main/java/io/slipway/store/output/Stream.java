package io.slipway.store.output;

/** One output of one task. */
record Stream(long task, OutputType type) {}
