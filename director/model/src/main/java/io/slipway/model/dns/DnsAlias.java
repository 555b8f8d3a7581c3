package io.slipway.model.dns;

/**
 * A name that stands for a group's query. Empty strings stand for what is not given.
 *
 * @param placeholderType {@code uuid} where the name's underscore stands for the ids of instances
 */
public record DnsAlias(
        String domain, String groupId, String healthFilter, String initialHealthCheck, String placeholderType) {}
