package io.slipway.kubernetes;

/**
 * What all clusters have in common.
 *
 * @param network of the cloud config
 * @param releaseVersion of the release "kubernetes", or latest
 */
public record ClusterDefaults(
        String network,
        String releaseVersion,
        String stemcellOs,
        String stemcellVersion,
        String podCidr,
        String serviceCidr) {}
