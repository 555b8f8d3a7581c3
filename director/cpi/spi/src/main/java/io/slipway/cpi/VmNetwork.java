package io.slipway.cpi;

import java.util.List;
import java.util.Map;

/**
 * One network interface of a VM.
 *
 * @param name of the network in the cloud config
 * @param type {@code manual}, {@code dynamic} or {@code vip}
 * @param ip IPv4 address; empty for dynamic
 * @param prefixLength of the subnet, 0 for dynamic and vip
 * @param gateway IPv4 address, or empty
 * @param defaultFor any of {@code dns}, {@code gateway}
 * @param cloudProperties of the subnet
 */
public record VmNetwork(
        String name,
        String type,
        String ip,
        int prefixLength,
        String gateway,
        List<String> dns,
        List<String> defaultFor,
        Map<String, Object> cloudProperties) {
    public VmNetwork {
        dns = List.copyOf(dns);
        defaultFor = List.copyOf(defaultFor);
        cloudProperties = Map.copyOf(cloudProperties);
    }
}
