package io.slipway.model.manifest;

import java.util.List;

/**
 * A network of an instance group.
 *
 * @param staticIps one for each instance, or none; ranges are expanded
 * @param isStatic whether there is a list of static IPs, though it be empty
 * @param defaults any of dns, gateway, addressable
 */
public record GroupNetwork(String name, List<String> staticIps, boolean isStatic, List<String> defaults) {}
