package io.slipway.store.event;

/**
 * What of the audit trail is not as the directors left it.
 *
 * @param number of the row in the chain, or where it should be; 0 where that cannot be said
 * @param what for people
 */
public record ChainProblem(long number, String what) {}
