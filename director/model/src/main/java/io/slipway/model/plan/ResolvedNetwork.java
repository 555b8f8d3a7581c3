package io.slipway.model.plan;

import io.slipway.model.config.NetworkDefinition;
import java.util.List;

/** A network of a group, with what it is the default for. */
public record ResolvedNetwork(NetworkDefinition network, List<String> staticIps, List<String> defaultFor) {}
