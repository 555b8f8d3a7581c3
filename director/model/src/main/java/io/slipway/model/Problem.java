package io.slipway.model;

/**
 * One thing that is wrong with what was given.
 *
 * @param code BOSH's error number
 * @param field where, as a path of field names
 * @param message one line: where, what was given, what is expected
 */
public record Problem(int code, String field, String message) {}
