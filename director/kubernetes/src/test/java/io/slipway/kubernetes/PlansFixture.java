package io.slipway.kubernetes;

import java.util.List;

/** Plans as most tests want them. */
final class PlansFixture {
    static final ClusterDefaults DEFAULTS =
            new ClusterDefaults("default", "latest", "debian-bookworm", "latest", "10.200.0.0/16", "10.100.200.0/24");
    static final Plan SMALL = new Plan(
            "small",
            "One of each",
            true,
            new Plan.Masters(1, "medium", "small", List.of("z1")),
            new Plan.Workers(1, 5, "medium", List.of("z1")));
    static final Plan PRODUCTION = new Plan(
            "production",
            "Three of each",
            true,
            new Plan.Masters(3, "medium", "medium", List.of("z1", "z2", "z3")),
            new Plan.Workers(3, 50, "large", List.of("z2", "z3")));

    private PlansFixture() {}

    static Plans plans() {
        return new Plans(DEFAULTS, List.of(SMALL, PRODUCTION));
    }

    static ClusterSpec spec(String name) {
        return new ClusterSpec(name, SMALL, DEFAULTS, 1, "", "10.144.0.0/20", 7);
    }
}
