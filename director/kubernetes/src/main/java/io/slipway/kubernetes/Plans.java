package io.slipway.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plans of a configuration file, in its order. */
public final class Plans {
    private final ClusterDefaults defaults;
    private final Map<String, Plan> byName = new LinkedHashMap<>();

    Plans(ClusterDefaults defaults, List<Plan> plans) {
        this.defaults = defaults;
        plans.forEach(plan -> byName.put(plan.name(), plan));
    }

    public ClusterDefaults defaults() {
        return defaults;
    }

    /** Those that new clusters may be made by. */
    public List<Plan> active() {
        return byName.values().stream().filter(Plan::active).toList();
    }

    public Optional<Plan> find(String name) {
        return Optional.ofNullable(byName.get(name)).filter(Plan::active);
    }

    public List<String> names() {
        return active().stream().map(Plan::name).toList();
    }
}
