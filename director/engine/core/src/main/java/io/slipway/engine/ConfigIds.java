package io.slipway.engine;

import java.util.List;

/** Which versions of configs a deployment is made from. */
public record ConfigIds(List<Long> cloud, List<Long> runtime) {
    public static final ConfigIds NONE = new ConfigIds(List.of(), List.of());

    public ConfigIds {
        cloud = List.copyOf(cloud);
        runtime = List.copyOf(runtime);
    }
}
