package io.slipway.kubernetes;

import io.slipway.engine.JournaledEvent;

/**
 * All that a cluster's manifest depends on, fixed when the cluster was accepted: a later change of the plans file does
 * not change a cluster by itself.
 *
 * @param externalHostname or empty
 * @param nodeNetworkCidr the range that the VMs' addresses are of
 * @param routerId tells this cluster's VRRP messages from those of others on its network
 */
public record ClusterSpec(
        String name,
        Plan plan,
        ClusterDefaults defaults,
        int workers,
        String externalHostname,
        String nodeNetworkCidr,
        int routerId)
        implements JournaledEvent {}
