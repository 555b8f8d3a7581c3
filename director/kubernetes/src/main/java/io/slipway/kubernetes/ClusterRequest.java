package io.slipway.kubernetes;

import org.jspecify.annotations.Nullable;

/**
 * What a user asks for.
 *
 * @param externalHostname from which the API is reached; without one it is an address of the cluster's network
 * @param workers instead of the plan's number
 */
public record ClusterRequest(
        String name,
        String planName,
        @Nullable String externalHostname,
        @Nullable Integer workers) {}
