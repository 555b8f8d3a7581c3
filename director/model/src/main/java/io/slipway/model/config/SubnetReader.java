package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.name.Name;
import io.slipway.model.net.Ipv4Address;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a subnet of a manual network. What does not need its range is checked without one, too. */
final class SubnetReader {
    private static final Set<String> KEYS =
            Set.of("name", "range", "gateway", "reserved", "static", "prefix", "dns", "az", "azs", "cloud_properties");
    private static final String MANAGED_KEY = "netmask_bits";
    private static final String NO_SPAN = "expected an address, or a range such as 10.0.0.5-10.0.0.9";

    private final Fields subnet;
    private final String network;

    private SubnetReader(Fields subnet, String network) {
        this.subnet = subnet;
        this.network = network;
    }

    /** Empty without a range. */
    static Optional<Subnet> read(Fields subnet, String network, boolean isManaged, List<String> warnings) {
        var known = new HashSet<>(KEYS);
        if (isManaged) {
            known.add(MANAGED_KEY);
        }
        subnet.warnUnknown(known, warnings);
        return new SubnetReader(subnet, network).read();
    }

    private Optional<Subnet> read() {
        Name.TEXT.readOptional(subnet, "name");
        var range = range();
        var gateway = subnet.optionalString("gateway");
        gateway.ifPresent(text -> checkGateway(range, text));
        var reserved = spans("reserved", range, ErrorCodes.NETWORK_RESERVED_OUTSIDE);
        var statics = spans("static", range, ErrorCodes.NETWORK_STATIC_OUTSIDE);
        checkApart(range, gateway, reserved.values(), statics);
        Prefixes.check(subnet, network);
        var dns = NameServers.read(subnet, network);
        var azs = Zones.read(subnet, network);
        var properties = Trees.freeze(subnet.map("cloud_properties"));
        return range.map(found -> new Subnet(
                network + "/" + found,
                found,
                gateway,
                azs,
                dns,
                List.copyOf(reserved.values()),
                List.copyOf(statics.values()),
                properties));
    }

    private Optional<Ipv4Range> range() {
        if (!subnet.has("range")) {
            subnet.missing("range");
            return Optional.empty();
        }
        String text = subnet.string("range", "");
        try {
            var range = Ipv4Range.cidr(text);
            if (range.size() < 2) {
                subnet.problem(
                        ErrorCodes.NETWORK_INVALID_RANGE,
                        "range",
                        "Invalid network range '" + range + "' of network '" + network
                                + "': it should include at least 2 IPs");
            }
            return Optional.of(range);
        } catch (IllegalArgumentException invalid) {
            subnet.problem(
                    ErrorCodes.NETWORK_INVALID_RANGE,
                    "range",
                    "network '" + network + "': '" + subnet.path("range") + "': " + Fields.shown(invalid.getMessage()));
            return Optional.empty();
        }
    }

    private void checkGateway(Optional<Ipv4Range> range, String text) {
        var address = Ipv4Address.tryParse(text);
        String wrong = "";
        if (address.isEmpty()) {
            wrong = "must be a single IP";
        } else if (range.isPresent()) {
            wrong = wrongWithin(range.get(), address.get());
        }
        if (!wrong.isEmpty()) {
            subnet.problem(
                    ErrorCodes.NETWORK_INVALID_GATEWAY,
                    "gateway",
                    "Invalid gateway '" + Fields.shown(text) + "' for network '" + network + "': " + wrong);
        }
    }

    private static String wrongWithin(Ipv4Range range, Ipv4Address address) {
        if (!range.contains(address)) {
            return "must be inside the range " + range;
        }
        if (address.equals(range.first())) {
            return "can't be the network id";
        }
        return address.equals(range.last()) ? "can't be the broadcast IP" : "";
    }

    /** Nobody may ask for an address that nobody gets. */
    private void checkApart(
            Optional<Ipv4Range> range,
            Optional<String> gateway,
            Iterable<Ipv4Range> reserved,
            Map<String, Ipv4Range> statics) {
        var barred = new ArrayList<Ipv4Range>();
        reserved.forEach(barred::add);
        gateway.flatMap(Ipv4Range::tryParse).ifPresent(barred::add);
        range.ifPresent(found -> {
            barred.add(new Ipv4Range(found.first(), found.first(), false));
            barred.add(new Ipv4Range(found.last(), found.last(), false));
        });
        statics.forEach((place, wanted) -> {
            if (barred.stream().anyMatch(wanted::overlaps)) {
                subnet.problem(
                        ErrorCodes.NETWORK_STATIC_OUTSIDE,
                        place,
                        "Static IP '" + wanted + "' is in network '" + network + "' reserved range");
            }
        });
    }

    /** By their places, which are the field itself where it is no list. */
    private Map<String, Ipv4Range> spans(String key, Optional<Ipv4Range> within, int outside) {
        var spans = new LinkedHashMap<String, Ipv4Range>();
        places(subnet, key).forEach((place, text) -> {
            var span = Ipv4Range.tryParse(text);
            if (span.isEmpty()) {
                subnet.problem(
                        ErrorCodes.NETWORK_INVALID_SPAN,
                        place,
                        "network '" + network + "': '" + subnet.path(place) + "' is '" + Fields.shown(text) + "': "
                                + NO_SPAN);
            } else if (within.isPresent() && !within.get().contains(span.get())) {
                subnet.problem(
                        outside,
                        place,
                        "network '" + network + "': " + key + " '" + Fields.shown(text) + "' is not in "
                                + within.get());
            } else {
                spans.put(place, span.get());
            }
        });
        return spans;
    }

    /** Texts of a list, or one alone, by where each stands. */
    static Map<String, String> places(Fields fields, String key) {
        if (fields.value(key) instanceof String single) {
            return Map.of(key, single);
        }
        var places = new LinkedHashMap<String, String>();
        var texts = fields.strings(key);
        if (texts.size() == fields.list(key).size()) {
            for (int i = 0; i < texts.size(); i++) {
                places.put(key + "[" + i + "]", texts.get(i));
            }
        }
        return places;
    }
}
