package io.slipway.model.dns;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import java.util.Map;

/**
 * What a manifest's {@code features} say of names.
 *
 * @param useDnsAddresses whether {@code spec.address} and addresses of links' instances are names
 * @param useShortDnsAddresses whether names are of numbers
 * @param useLinkDnsNames whether names of links are those of the provider, of numbers too
 */
public record DnsFeatures(boolean useDnsAddresses, boolean useShortDnsAddresses, boolean useLinkDnsNames) {
    public static final DnsFeatures NONE = new DnsFeatures(false, false, false);

    /** As BOSH has it, link names imply both other features, and do not go with their being switched off. */
    public static DnsFeatures parse(Map<String, Object> features) {
        var problems = new Problems();
        boolean links = flag(features, "use_link_dns_names", false, problems);
        var parsed = new DnsFeatures(
                flag(features, "use_dns_addresses", links, problems),
                flag(features, "use_short_dns_addresses", links, problems),
                links);
        if (links && !(parsed.useDnsAddresses && parsed.useShortDnsAddresses) && problems.isEmpty()) {
            String off = parsed.useDnsAddresses ? "use_short_dns_addresses" : "use_dns_addresses";
            problems.add(
                    ErrorCodes.INCOMPATIBLE_FEATURES,
                    "features." + off,
                    "cannot enable `use_link_dns_names` when `" + off + "` is explicitly disabled");
        }
        problems.throwIfAny();
        return parsed;
    }

    private static boolean flag(Map<String, Object> features, String name, boolean otherwise, Problems problems) {
        Object given = features.get(name);
        if (!features.containsKey(name)) {
            return otherwise;
        }
        if (given instanceof Boolean flag) {
            return flag;
        }
        problems.add(
                ErrorCodes.INVALID_FEATURES,
                "features." + name,
                "Key '" + name + "' in 'features' expected to be a boolean, but received '" + given + "'");
        return otherwise;
    }
}
