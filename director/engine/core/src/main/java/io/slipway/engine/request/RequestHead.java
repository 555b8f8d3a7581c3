package io.slipway.engine.request;

/**
 * What every request has.
 *
 * @param task its number
 * @param contextId groups what belongs together, as clients say; empty for none
 * @param key the same key is the same request; empty for none
 */
public record RequestHead(long task, String user, String contextId, String key) {}
