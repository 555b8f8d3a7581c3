package io.slipway.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network: manual with subnets, dynamic, or vip.
 *
 * @param subnets of a manual network
 * @param parts of a dynamic network, at least one; of a vip network that has addresses of its own
 */
public record NetworkDefinition(
        String name, String type, List<Subnet> subnets, List<NetworkPart> parts, Map<String, Object> cloudProperties) {

    public boolean isManual() {
        return type.equals("manual");
    }

    public boolean isDynamic() {
        return type.equals("dynamic");
    }

    public boolean isVip() {
        return type.equals("vip");
    }

    /** Whether instances in this AZ can be on it; the empty AZ stands for a group that names none. */
    public boolean serves(String az) {
        var azs = zones();
        return isVip() || azs.stream().anyMatch(served -> served.isEmpty() || served.contains(az));
    }

    /** Subnets for an AZ, in order; those for this AZ before those for all. */
    public List<Subnet> subnetsFor(String az) {
        return Stream.concat(
                        subnets.stream().filter(subnet -> subnet.azs().contains(az)),
                        subnets.stream().filter(subnet -> subnet.azs().isEmpty()))
                .toList();
    }

    /** The part for an AZ; the first one for a group that names no AZ. */
    public Optional<NetworkPart> partFor(String az) {
        return parts.stream().filter(part -> az.isEmpty() || part.serves(az)).findFirst();
    }

    /** The AZs of each subnet or part. */
    List<List<String>> zones() {
        return isManual()
                ? subnets.stream().map(Subnet::azs).toList()
                : parts.stream().map(NetworkPart::azs).toList();
    }
}
