package io.slipway.model.plan;

import io.slipway.model.config.NetworkDefinition;
import java.util.List;

/**
 * A network of a group, with what it is the default for.
 *
 * @param isStatic whether the group lists static IPs for it, though there be none
 */
public record ResolvedNetwork(
        NetworkDefinition network, List<String> staticIps, boolean isStatic, List<String> defaultFor) {}
