package io.slipway.model.config;

import io.slipway.model.ErrorCodes;
import io.slipway.model.name.Name;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the networks of a cloud config. */
final class NetworkReader {
    private static final Map<String, Set<String>> KEYS = Map.of(
            "manual", Set.of("name", "type", "subnets", "managed"),
            "dynamic", Set.of("name", "type", "subnets", "dns", "cloud_properties"),
            "vip", Set.of("name", "type", "subnets", "cloud_properties", "managed"));
    private static final Set<String> DYNAMIC_SUBNET = Set.of("name", "dns", "az", "azs", "cloud_properties", "prefix");
    private static final Set<String> VIP_SUBNET = Set.of("name", "static", "az", "azs", "prefix");

    private final Fields fields;
    private final String name;
    private final List<String> warnings;

    private NetworkReader(Fields fields, List<String> warnings) {
        this.fields = fields;
        this.name = Name.NETWORK.read(fields, "name");
        this.warnings = warnings;
    }

    /** @param warnings where keys are told that nobody reads */
    static NetworkDefinition read(Fields fields, List<String> warnings) {
        return new NetworkReader(fields, warnings).read();
    }

    private NetworkDefinition read() {
        String type = fields.string("type", "manual");
        if (!KEYS.containsKey(type)) {
            fields.problem(
                    ErrorCodes.INVALID_NETWORK_TYPE,
                    "type",
                    "network '" + name + "' has type '" + Fields.shown(type) + "': expected manual, dynamic or vip");
            return new NetworkDefinition(name, type, List.of(), List.of(), Map.of());
        }
        var parts =
                switch (type) {
                    case "dynamic" -> dynamicParts();
                    case "vip" -> parts(VIP_SUBNET);
                    default -> List.<NetworkPart>of();
                };
        fields.warnUnknown(KEYS.getOrDefault(type, Set.of()), warnings);
        return new NetworkDefinition(
                name,
                type,
                type.equals("manual") ? subnets() : List.of(),
                parts,
                Trees.freeze(fields.map("cloud_properties")));
    }

    private List<NetworkPart> dynamicParts() {
        for (String key : List.of("az", "azs", "managed", "prefix")) {
            if (fields.has(key)) {
                refuse("Network '" + name + "' must not specify '" + key + "'.");
            }
        }
        if (!fields.has("subnets")) {
            return List.of(new NetworkPart(
                    List.of(),
                    NameServers.read(fields, name),
                    List.of(),
                    Trees.freeze(fields.map("cloud_properties"))));
        }
        for (String key : List.of("dns", "cloud_properties")) {
            if (fields.has(key)) {
                refuse("Network '" + name + "' must not specify '" + key
                        + "' when also specifying 'subnets'. Instead, '" + key
                        + "' should be specified on subnet entries.");
            }
        }
        return parts(DYNAMIC_SUBNET);
    }

    private List<NetworkPart> parts(Set<String> keys) {
        return fields.objects("subnets").stream().map(one -> part(one, keys)).toList();
    }

    private NetworkPart part(Fields part, Set<String> keys) {
        part.warnUnknown(keys, warnings);
        Prefixes.check(part, name);
        var addresses = new ArrayList<Ipv4Range>();
        SubnetReader.places(part, "static").forEach((place, text) -> Ipv4Range.tryParse(text)
                .ifPresentOrElse(
                        addresses::add,
                        () -> part.problem(
                                ErrorCodes.NETWORK_INVALID_SPAN,
                                place,
                                "network '" + name + "': static '" + Fields.shown(text)
                                        + "' is no address, and no range such as 10.0.0.5-10.0.0.9")));
        return new NetworkPart(
                Zones.read(part, name),
                NameServers.read(part, name),
                addresses,
                Trees.freeze(part.map("cloud_properties")));
    }

    private List<Subnet> subnets() {
        boolean isManaged = fields.bool("managed", false);
        var subnets = fields.requiredObjects("subnets").stream()
                .flatMap(one -> SubnetReader.read(one, name, isManaged, warnings).stream())
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

    /** Told of the network, since it is wrong whatever the value is. */
    private void refuse(String message) {
        fields.problems().add(ErrorCodes.NETWORK_INVALID_PROPERTY, fields.path(), message);
    }
}
