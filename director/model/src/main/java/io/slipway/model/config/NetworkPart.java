package io.slipway.model.config;

import io.slipway.model.net.Ipv4Range;
import java.util.List;
import java.util.Map;

/**
 * What of a dynamic or vip network is for some AZs.
 *
 * @param azs empty for all
 * @param addresses of a vip network: those that it may give out
 */
public record NetworkPart(
        List<String> azs, List<String> dns, List<Ipv4Range> addresses, Map<String, Object> cloudProperties) {

    boolean serves(String az) {
        return azs.isEmpty() || azs.contains(az);
    }
}
