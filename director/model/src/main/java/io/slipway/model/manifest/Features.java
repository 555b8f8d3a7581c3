package io.slipway.model.manifest;

import io.slipway.model.ErrorCodes;
import io.slipway.model.yaml.Fields;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a manifest's features section turns on.
 *
 * @param useDnsAddresses links show names instead of IP addresses; empty for what the director does by default
 * @param useLinkDnsNames names are of links, not of instance groups
 * @param useTmpfsConfig empty where the manifest does not say
 */
public record Features(
        Optional<Boolean> useDnsAddresses,
        Optional<Boolean> useShortDnsAddresses,
        boolean useLinkDnsNames,
        boolean randomizeAzPlacement,
        boolean convergeVariables,
        Optional<Boolean> useTmpfsConfig) {
    public static final Features NONE =
            new Features(Optional.empty(), Optional.empty(), false, false, false, Optional.empty());
    private static final String DNS = "use_dns_addresses";
    private static final String SHORT_DNS = "use_short_dns_addresses";
    private static final String LINK_NAMES = "use_link_dns_names";
    private static final Set<String> KEYS =
            Set.of(DNS, SHORT_DNS, LINK_NAMES, "randomize_az_placement", "converge_variables", "use_tmpfs_config");

    static Features parse(Fields fields, List<String> warnings) {
        fields.warnUnknown(KEYS, warnings);
        boolean useLinkDnsNames = truth(fields, LINK_NAMES).orElse(false);
        var names = useLinkDnsNames ? Optional.of(true) : Optional.<Boolean>empty();
        var features = new Features(
                truth(fields, DNS).or(() -> names),
                truth(fields, SHORT_DNS).or(() -> names),
                useLinkDnsNames,
                truth(fields, "randomize_az_placement").orElse(false),
                truth(fields, "converge_variables").orElse(false),
                truth(fields, "use_tmpfs_config"));
        for (String key : List.of(DNS, SHORT_DNS)) {
            if (useLinkDnsNames && Boolean.FALSE.equals(fields.value(key))) {
                fields.problem(
                        ErrorCodes.INCOMPATIBLE_FEATURES,
                        key,
                        "cannot enable `" + LINK_NAMES + "` when `" + key + "` is explicitly disabled");
            }
        }
        return features;
    }

    private static Optional<Boolean> truth(Fields fields, String key) {
        Object value = fields.value(key);
        if (value != null && !(value instanceof Boolean)) {
            fields.problem(
                    ErrorCodes.INVALID_FEATURES,
                    key,
                    "Key '" + key + "' in 'features' expected to be a boolean, but received '" + Fields.shown(value)
                            + "'");
            return Optional.empty();
        }
        return Optional.ofNullable((Boolean) value);
    }
}
