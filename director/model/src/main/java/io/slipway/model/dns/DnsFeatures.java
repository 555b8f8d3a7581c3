package io.slipway.model.dns;

import io.slipway.model.manifest.Features;

/**
 * What a manifest's {@code features} say of names.
 *
 * @param useDnsAddresses whether {@code spec.address} and addresses of links' instances are names
 * @param useShortDnsAddresses whether names are of numbers
 * @param useLinkDnsNames whether names of links are those of the provider, of numbers too
 */
public record DnsFeatures(boolean useDnsAddresses, boolean useShortDnsAddresses, boolean useLinkDnsNames) {
    public static final DnsFeatures NONE = new DnsFeatures(false, false, false);

    /** What a director does that names nothing by itself. */
    public static DnsFeatures of(Features features) {
        return new DnsFeatures(
                features.useDnsAddresses().orElse(false),
                features.useShortDnsAddresses().orElse(false),
                features.useLinkDnsNames());
    }
}
