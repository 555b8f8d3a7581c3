package io.slipway.model.plan;

import io.slipway.model.config.CloudConfig;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Specs of deployments, from what matters of their manifests. */
public final class Groups {
    /** Three AZs; a network with a subnet in each, another for all; what gives its addresses away by name. */
    static final String CLOUD = """
            azs: [{name: z1}, {name: z2}, {name: z3}]
            vm_types: [{name: small}]
            disk_types: [{name: disk, disk_size: 1000}]
            networks:
            - name: default
              subnets:
              - {range: 10.0.1.0/24, gateway: 10.0.1.1, az: z1, static: [10.0.1.10-10.0.1.99]}
              - {range: 10.0.2.0/24, gateway: 10.0.2.1, az: z2, static: [10.0.2.10-10.0.2.99]}
              - {range: 10.0.3.0/24, gateway: 10.0.3.1, azs: [z3], static: [10.0.3.10-10.0.3.99]}
            - name: wide
              subnets: [{range: 10.1.0.0/16, gateway: 10.1.0.1, azs: [z1, z2, z3], static: [10.1.0.10-10.1.0.99]}]
            - name: plain
              subnets: [{range: 10.2.0.0/16, gateway: 10.2.0.1, static: [10.2.0.10-10.2.0.99]}]
            - name: mixed
              subnets:
              - {range: 10.3.0.0/24, gateway: 10.3.0.1, azs: [z1, z2, z3], static: [10.3.0.10-10.3.0.99]}
              - {range: 10.3.1.0/24, gateway: 10.3.1.1, azs: [z1, z2], static: [10.3.1.10-10.3.1.99]}
              - {range: 10.3.2.0/24, gateway: 10.3.2.1, azs: [z1], static: [10.3.2.10-10.3.2.99]}
            - {name: public, type: vip}
            - {name: dhcp, type: dynamic, subnets: [{az: z1, dns: [8.8.8.8]}, {azs: [z2, z3]}]}
            compilation: {workers: 1, network: plain}
            """;

    private Groups() {}

    /** A deployment {@code shop} of these instance groups, given as YAML lists. */
    public static DeploymentSpec deployment(Catalog catalog, String groups) {
        return deployment(
                catalog,
                Map.of(
                        "instance_groups",
                        Yaml.parseMap("groups: " + groups, "groups").getOrDefault("groups", List.of())));
    }

    static DeploymentSpec deployment(Catalog catalog, Map<String, Object> more) {
        var manifest = new LinkedHashMap<>(Yaml.parseMap("""
                name: shop
                releases: [{name: r, version: 1}]
                stemcells: [{alias: default, os: debian, version: latest}]
                """, "manifest"));
        manifest.putAll(more);
        return DeploymentSpec.resolve(
                Manifest.parse(manifest), CloudConfig.parse(Yaml.parseMap(CLOUD, "cloud config")), catalog);
    }

    /** A group {@code g}; what is given is added to its YAML map. */
    static GroupSpec group(int instances, String more) {
        return deployment(
                        PaperCatalog.empty(),
                        "[{name: g, jobs: [], vm_type: small, stemcell: default, instances: " + instances + ", " + more
                                + "}]")
                .groups()
                .getFirst();
    }
}
