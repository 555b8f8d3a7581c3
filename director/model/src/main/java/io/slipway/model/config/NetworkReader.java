package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.net.Ipv4Address;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the networks of a cloud config. */
final class NetworkReader {
    private static final Set<String> TYPES = Set.of("manual", "dynamic", "vip");

    private final Fields fields;
    private final String name;

    private NetworkReader(Fields fields) {
        this.fields = fields;
        this.name = fields.string("name");
    }

    static NetworkDefinition read(Fields fields) {
        return new NetworkReader(fields).read();
    }

    private NetworkDefinition read() {
        String type = fields.string("type", "manual");
        if (!TYPES.contains(type)) {
            fields.problem(
                    ErrorCodes.INVALID_NETWORK_TYPE,
                    "type",
                    "network '" + name + "' has type '" + Fields.shown(type) + "': expected manual, dynamic or vip");
        }
        var subnets = type.equals("manual") ? subnets() : List.<Subnet>of();
        var parts =
                switch (type) {
                    case "dynamic" -> dynamicParts();
                    case "vip" ->
                        fields.objects("subnets").stream().map(this::part).toList();
                    default -> List.<NetworkPart>of();
                };
        return new NetworkDefinition(name, type, subnets, parts, Trees.freeze(fields.map("cloud_properties")));
    }

    private List<NetworkPart> dynamicParts() {
        for (String key : List.of("az", "azs")) {
            if (fields.has(key)) {
                invalid(fields, key, "Network '" + name + "' must not specify '" + key + "'.");
            }
        }
        if (!fields.has("subnets")) {
            return List.of(new NetworkPart(
                    List.of(), fields.strings("dns"), List.of(), Trees.freeze(fields.map("cloud_properties"))));
        }
        for (String key : List.of("dns", "cloud_properties")) {
            if (fields.has(key)) {
                invalid(
                        fields,
                        key,
                        "Network '" + name + "' must not specify '" + key
                                + "' when also specifying 'subnets'. Instead, '" + key
                                + "' should be specified on subnet entries.");
            }
        }
        return fields.objects("subnets").stream().map(this::part).toList();
    }

    private NetworkPart part(Fields part) {
        var addresses = new ArrayList<Ipv4Range>();
        for (String text : texts(part, "static")) {
            Ipv4Range.tryParse(text)
                    .ifPresentOrElse(
                            addresses::add,
                            () -> part.problem(
                                    ErrorCodes.NETWORK_INVALID_SPAN,
                                    "static",
                                    "network '" + name + "': static '" + Fields.shown(text)
                                            + "' is no address, and no range such as 10.0.0.5-10.0.0.9"));
        }
        return new NetworkPart(azs(part), part.strings("dns"), addresses, Trees.freeze(part.map("cloud_properties")));
    }

    private List<Subnet> subnets() {
        var subnets = fields.requiredObjects("subnets").stream()
                .flatMap(one -> subnet(one).stream())
                .toList();
        for (int i = 0; i < subnets.size(); i++) {
            for (int j = i + 1; j < subnets.size(); j++) {
                if (subnets.get(i).range().overlaps(subnets.get(j).range())) {
                    fields.problem(
                            ErrorCodes.NETWORK_OVERLAPPING,
                            "subnets",
                            "Network '" + name + "' has overlapping subnets: "
                                    + subnets.get(i).range() + " and "
                                    + subnets.get(j).range());
                }
            }
        }
        return subnets;
    }

    private Optional<Subnet> subnet(Fields subnet) {
        Ipv4Range range;
        try {
            range = Ipv4Range.cidr(subnet.string("range"));
        } catch (IllegalArgumentException invalid) {
            subnet.problem(
                    ErrorCodes.NETWORK_INVALID_RANGE, "range", "network '" + name + "': " + invalid.getMessage());
            return Optional.empty();
        }
        if (range.size() < 2) {
            subnet.problem(
                    ErrorCodes.NETWORK_INVALID_RANGE,
                    "range",
                    "Invalid network range '" + range + "' of network '" + name
                            + "': it should include at least 2 IPs");
        }
        var gateway = subnet.optionalString("gateway");
        gateway.ifPresent(text -> checkGateway(subnet, range, text));
        var reserved = ranges(subnet, "reserved", range, ErrorCodes.NETWORK_RESERVED_OUTSIDE);
        var statics = ranges(subnet, "static", range, ErrorCodes.NETWORK_STATIC_OUTSIDE);
        checkApart(subnet, range, gateway, reserved, statics);
        return Optional.of(new Subnet(
                name + "/" + range,
                range,
                gateway,
                azs(subnet),
                subnet.strings("dns"),
                reserved,
                statics,
                Trees.freeze(subnet.map("cloud_properties"))));
    }

    private void checkGateway(Fields subnet, Ipv4Range range, String text) {
        var address = Ipv4Address.tryParse(text);
        String wrong = "";
        if (address.isEmpty()) {
            wrong = "must be a single IP";
        } else if (!range.contains(address.get())) {
            wrong = "must be inside the range " + range;
        } else if (address.get().equals(range.first())) {
            wrong = "can't be the network id";
        } else if (address.get().equals(range.last())) {
            wrong = "can't be the broadcast IP";
        }
        if (!wrong.isEmpty()) {
            subnet.problem(
                    ErrorCodes.NETWORK_INVALID_GATEWAY,
                    "gateway",
                    "Invalid gateway '" + Fields.shown(text) + "' for network '" + name + "': " + wrong);
        }
    }

    /** Nobody may ask for an address that nobody gets. */
    private void checkApart(
            Fields subnet,
            Ipv4Range range,
            Optional<String> gateway,
            List<Ipv4Range> reserved,
            List<Ipv4Range> statics) {
        var barred = new ArrayList<>(reserved);
        gateway.flatMap(Ipv4Range::tryParse).ifPresent(barred::add);
        barred.add(new Ipv4Range(range.first(), range.first(), false));
        barred.add(new Ipv4Range(range.last(), range.last(), false));
        for (Ipv4Range wanted : statics) {
            if (barred.stream().anyMatch(wanted::overlaps)) {
                subnet.problem(
                        ErrorCodes.NETWORK_STATIC_OUTSIDE,
                        "static",
                        "Static IP '" + wanted + "' is in network '" + name + "' reserved range");
            }
        }
    }

    private List<String> azs(Fields part) {
        if (part.has("az") && part.has("azs")) {
            invalid(part, "az", "Network '" + name + "' contains both 'az' and 'azs'. Choose one.");
        }
        if (part.has("azs") && part.list("azs").isEmpty()) {
            invalid(part, "azs", "Network '" + name + "' refers to an empty 'azs' array");
        }
        return part.has("azs")
                ? part.strings("azs")
                : part.optionalString("az").map(List::of).orElse(List.of());
    }

    private List<Ipv4Range> ranges(Fields subnet, String key, Ipv4Range within, int code) {
        var ranges = new ArrayList<Ipv4Range>();
        for (String text : texts(subnet, key)) {
            var range = Ipv4Range.tryParse(text);
            if (range.isEmpty() || !within.contains(range.get())) {
                subnet.problem(
                        code,
                        key,
                        "network '" + name + "': " + key + " '" + Fields.shown(text) + "' is not in " + within);
            } else {
                ranges.add(range.get());
            }
        }
        return List.copyOf(ranges);
    }

    private static List<String> texts(Fields fields, String key) {
        return fields.value(key) instanceof String single ? List.of(single) : fields.strings(key);
    }

    private static void invalid(Fields fields, String key, String message) {
        fields.problem(ErrorCodes.NETWORK_INVALID_PROPERTY, key, message);
    }
}
