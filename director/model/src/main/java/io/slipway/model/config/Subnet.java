package io.slipway.model.config;

import io.slipway.model.net.Ipv4Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A subnet of a manual network.
 *
 * @param name of the network and the range, joined by a slash
 * @param reserved addresses that nobody gets
 * @param staticRanges addresses that are given only when asked for by name
 */
public record Subnet(
        String name,
        Ipv4Range range,
        Optional<String> gateway,
        List<String> azs,
        List<String> dns,
        List<Ipv4Range> reserved,
        List<Ipv4Range> staticRanges,
        Map<String, Object> cloudProperties) {}
