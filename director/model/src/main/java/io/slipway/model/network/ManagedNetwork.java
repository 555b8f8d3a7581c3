package io.slipway.model.network;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network of a cloud config with {@code managed: true}: its subnets are made in the infrastructure when it is used. */
public record ManagedNetwork(String name, List<ManagedSubnet> subnets) {
    public ManagedNetwork {
        subnets = List.copyOf(subnets);
    }

    /**
     * A subnet of it.
     *
     * @param azs empty where it is in all
     * @param netmaskBits how large it shall be, for CPIs that ask
     */
    public record ManagedSubnet(
            String name,
            String range,
            Optional<String> gateway,
            List<String> azs,
            Optional<Integer> netmaskBits,
            Map<String, Object> cloudProperties) {

        /** As a CPI is asked for it: the properties of its AZs, and its own, the later winning. */
        public Map<String, Object> definition(Map<String, Map<String, Object>> propertiesOfAzs) {
            var properties = new LinkedHashMap<String, Object>();
            azs.forEach(az -> properties.putAll(propertiesOfAzs.getOrDefault(az, Map.of())));
            properties.putAll(cloudProperties);
            var definition = new LinkedHashMap<String, Object>();
            definition.put("type", "manual");
            definition.put("range", range);
            gateway.ifPresent(address -> definition.put("gateway", address));
            netmaskBits.ifPresent(bits -> definition.put("netmask_bits", bits));
            definition.put("cloud_properties", properties);
            return definition;
        }
    }

    /** All that cloud configs describe. Throws {@link io.slipway.model.InvalidInput} naming what is wrong. */
    public static List<ManagedNetwork> parse(List<Map<String, Object>> cloudConfigs) {
        var problems = new Problems();
        var networks = new ArrayList<ManagedNetwork>();
        cloudConfigs.forEach(config -> networks.addAll(read(config, problems)));
        problems.throwIfAny();
        return networks;
    }

    /** What one cloud config describes; what is wrong with it is put among the problems. */
    public static List<ManagedNetwork> read(Map<String, Object> cloudConfig, Problems problems) {
        return new Fields(cloudConfig, "", problems)
                .objects("networks").stream()
                        .filter(network -> network.bool("managed", false))
                        .map(ManagedNetwork::network)
                        .toList();
    }

    private static ManagedNetwork network(Fields fields) {
        String name = Name.NETWORK.read(fields, "name");
        if (!fields.string("type", "manual").equals("manual")) {
            fields.problem(
                    ErrorCodes.NETWORK_INVALID_PROPERTY,
                    "managed",
                    "network '" + name + "' is managed, and of type '" + fields.string("type") + "': expected manual");
        }
        var names = new HashSet<String>();
        var subnets = new ArrayList<ManagedSubnet>();
        for (Fields subnet : fields.requiredObjects("subnets")) {
            String subnetName = Name.TEXT.read(subnet, "name");
            if (!names.add(subnetName)) {
                subnet.problem(
                        ErrorCodes.NETWORK_INVALID_PROPERTY,
                        "name",
                        "network '" + name + "' has two subnets named '" + subnetName
                                + "': subnet names within a managed network must be unique");
            }
            var azs = new ArrayList<>(subnet.has("azs") ? subnet.strings("azs") : List.<String>of());
            subnet.optionalString("az").ifPresent(azs::add);
            subnets.add(new ManagedSubnet(
                    subnetName,
                    subnet.string("range"),
                    subnet.optionalString("gateway"),
                    List.copyOf(azs),
                    subnet.optionalInteger("netmask_bits", 1),
                    subnet.map("cloud_properties")));
        }
        return new ManagedNetwork(name, subnets);
    }
}
