package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.config.Az;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.manifest.GroupNetwork;
import io.slipway.model.manifest.InstanceGroup;
import io.slipway.model.net.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a group may ask of its networks. */
final class NetworkRules {
    private static final List<String> REQUIRED_DEFAULTS = List.of("dns", "gateway");
    private static final Set<String> DEFAULTS = Set.of("dns", "gateway", "addressable");

    private final InstanceGroup group;
    private final Problems problems;
    private final String field;

    NetworkRules(InstanceGroup group, Problems problems) {
        this.group = group;
        this.problems = problems;
        this.field = "instance_groups." + group.name() + ".networks";
    }

    void check(GroupNetwork wanted, NetworkDefinition network, List<Az> azs) {
        checkAzs(network, azs);
        if (wanted.isStatic()) {
            checkAddresses(wanted, network);
        } else if (network.isVip() && network.parts().isEmpty() && group.instances() > 0) {
            problem(
                    ErrorCodes.VIP_MISCONFIGURED,
                    "needs 'static_ips' for vip network '" + network.name()
                            + "', or that network needs 'subnets' with static IPs in the cloud config");
        }
        if (network.isVip() && !wanted.defaults().isEmpty()) {
            problem(
                    ErrorCodes.VIP_WITH_DEFAULTS,
                    "can't have vip network '" + network.name() + "' as a default for " + wanted.defaults());
        }
    }

    /** With one network it is the default for everything; with several exactly one must be for each property. */
    List<String> defaultsOf(GroupNetwork wanted) {
        if (group.networks().size() > 1) {
            return wanted.defaults();
        }
        var defaults = new ArrayList<>(wanted.defaults());
        REQUIRED_DEFAULTS.stream().filter(one -> !defaults.contains(one)).forEach(defaults::add);
        return List.copyOf(defaults);
    }

    void checkDefaults(Map<String, NetworkDefinition> found) {
        for (GroupNetwork network : group.networks()) {
            for (String property : network.defaults()) {
                if (!DEFAULTS.contains(property)) {
                    problem(
                            ErrorCodes.GROUP_INVALID_DEFAULT,
                            "specified an invalid default network property '" + property
                                    + "', valid properties are: dns, gateway, addressable");
                }
            }
        }
        boolean isOnlyVip = found.values().stream().allMatch(NetworkDefinition::isVip);
        for (String property : List.of("dns", "gateway", "addressable")) {
            var names = group.networks().stream()
                    .filter(network -> network.defaults().contains(property))
                    .map(network -> "'" + network.name() + "'")
                    .toList();
            boolean isRequired =
                    REQUIRED_DEFAULTS.contains(property) && group.networks().size() > 1 && !isOnlyVip;
            if (names.isEmpty() && isRequired) {
                problem(
                        ErrorCodes.GROUP_MISSING_DEFAULT,
                        "must specify which network is default for " + property
                                + ", since it has more than one network configured");
            }
            if (names.size() > 1) {
                problem(
                        ErrorCodes.GROUP_MULTIPLE_DEFAULTS,
                        "specified more than one network to contain default. '" + property + "' has default networks: "
                                + String.join(", ", names) + ".");
            }
        }
    }

    private void checkAddresses(GroupNetwork wanted, NetworkDefinition network) {
        if (network.isDynamic()) {
            problem(
                    ErrorCodes.GROUP_STATIC_ON_DYNAMIC,
                    "using dynamic network '" + network.name() + "' cannot specify static IP(s)");
            return;
        }
        if (wanted.staticIps().size() != group.instances()) {
            problem(
                    ErrorCodes.GROUP_ADDRESS_COUNT,
                    "has " + group.instances() + " instances but was allocated "
                            + wanted.staticIps().size() + " static IPs in network '" + network.name() + "'");
        }
        if (network.isVip()) {
            if (!network.parts().isEmpty()) {
                problem(
                        ErrorCodes.VIP_MISCONFIGURED,
                        "has static IPs in vip network '" + network.name()
                                + "': IPs cannot be specified in both the instance group and the cloud config");
            }
            return;
        }
        for (String text : wanted.staticIps()) {
            var address = Ipv4Address.parse(text);
            boolean isStatic = network.subnets().stream()
                    .flatMap(subnet -> subnet.staticRanges().stream())
                    .anyMatch(range -> range.contains(address));
            if (!isStatic) {
                problem(
                        ErrorCodes.ADDRESS_WRONG_TYPE,
                        "with network '" + network.name() + "' declares static ip '" + text
                                + "', which is in no static range of its subnets");
            }
        }
    }

    private void checkAzs(NetworkDefinition network, List<Az> azs) {
        var names = azs.isEmpty() ? List.of("") : azs.stream().map(Az::name).toList();
        for (String az : names) {
            if (!network.serves(az)) {
                problem(
                        ErrorCodes.GROUP_NETWORK_LACKS_AZ,
                        az.isEmpty()
                                ? "must specify availability zone that matches availability zones of network '"
                                        + network.name() + "'"
                                : "is in availability zone '" + az + "', and network '" + network.name()
                                        + "' has no subnet there");
            }
        }
    }

    private void problem(int code, String what) {
        problems.add(code, field, "Instance group '" + group.name() + "' " + what);
    }
}
