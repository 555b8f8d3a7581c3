package io.slipway.engine.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.plan.LinkNames;
import io.slipway.engine.plan.Member;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsNumbers;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.release.JobSpec;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The keys that the BOSH director gives to a template's spec. */
class SpecContextTest {
    private static final String CLOUD = """
            azs: [{name: z1}]
            vm_types: [{name: small}]
            disk_types: [{name: large, disk_size: 1_024}]
            networks: [{name: a, subnets: [{range: 10.0.1.0/24, azs: [z1]}]}]
            """;
    private static final VmNetwork MANUAL = new VmNetwork(
            "a",
            "manual",
            "10.0.1.5",
            24,
            "10.0.1.1",
            List.of("8.8.8.8"),
            List.of("gateway", "dns", "addressable"),
            Map.of("p", 1));
    private static final VmNetwork BARE =
            new VmNetwork("b_c", "manual", "10.0.2.5", 16, "", List.of(), List.of(), Map.of());
    private static final VmNetwork DYNAMIC =
            new VmNetwork("d", "dynamic", "", 0, "", List.of("8.8.4.4"), List.of("dns", "gateway"), Map.of());
    private static final VmNetwork VIP =
            new VmNetwork("v", "vip", "1.2.3.4", 0, "", List.of(), List.of(), Map.of("q", 2));

    private static final class OneJob implements Catalog {
        @Override
        public Optional<ReleaseVersion> release(String name, String version) {
            var job = new CatalogJob("web", "7", "fp", "abc", JobSpec.fromMap(Map.of("name", "web")));
            return Optional.of(new ReleaseVersion("r", "1", "", false, Map.of("web", job), Map.of(), List.of()));
        }

        @Override
        public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
            return Optional.of(new StemcellVersion("s", "1", "debian", Map.of("", "cid")));
        }
    }

    private static GroupSpec group(String more) {
        return DeploymentSpec.resolve(
                        Manifest.parse(Yaml.parseMap("""
                                name: shop
                                releases: [{name: r, version: 1}]
                                stemcells: [{alias: default, os: debian, version: latest}]
                                instance_groups:
                                - {name: g, instances: 1, jobs: [{name: web, release: r}], vm_type: small,
                                   stemcell: default, azs: [z1], networks: [{name: a}]MORE}
                                """.replace("MORE", more), "manifest")),
                        CloudConfig.parse(Yaml.parseMap(CLOUD, "cloud config")),
                        new OneJob())
                .groups()
                .getFirst();
    }

    private static Map<String, Object> spec(String more, String az, VmNetwork... networks) {
        var names = new LinkNames(
                "shop", new DnsNames(new DnsNumbers(Map.of(), Map.of(), Map.of(), Map.of())), DnsFeatures.NONE);
        var member = new Member("uuid", "g", 3, az, true, List.of(), "started", false, Map.of(), "", null);
        return SpecContext.of("shop", group(more), member, List.of(networks), names, "web");
    }

    private static String network(VmNetwork network) {
        var networks = spec("", "z1", network).get("networks") instanceof Map<?, ?> map ? map : Map.of();
        return Yaml.json(networks.get(network.name()));
    }

    @Test
    void a_network_has_the_keys_that_its_type_has_in_bosh() {
        assertThat(network(MANUAL))
                .isEqualTo("{\"type\":\"manual\",\"ip\":\"10.0.1.5\",\"prefix\":\"32\",\"netmask\":\"255.255.255.0\","
                        + "\"cloud_properties\":{\"p\":1},\"default\":[\"addressable\",\"dns\",\"gateway\"],"
                        + "\"dns\":[\"8.8.8.8\"],\"gateway\":\"10.0.1.1\",\"dns_record_name\":\"3.g.a.shop.bosh\"}");
        assertThat(network(BARE))
                .isEqualTo("{\"type\":\"manual\",\"ip\":\"10.0.2.5\",\"prefix\":\"32\",\"netmask\":\"255.255.0.0\","
                        + "\"cloud_properties\":{},\"dns_record_name\":\"3.g.b-c.shop.bosh\"}");
        assertThat(network(DYNAMIC))
                .isEqualTo(
                        "{\"type\":\"dynamic\",\"prefix\":\"32\",\"cloud_properties\":{},"
                                + "\"default\":[\"dns\",\"gateway\"],\"dns\":[\"8.8.4.4\"],\"ip\":\"127.0.0.1\","
                                + "\"netmask\":\"127.0.0.1\",\"gateway\":\"127.0.0.1\",\"dns_record_name\":\"3.g.d.shop.bosh\"}");
        assertThat(network(VIP))
                .isEqualTo("{\"type\":\"vip\",\"ip\":\"1.2.3.4\",\"prefix\":\"32\",\"cloud_properties\":{\"q\":2},"
                        + "\"dns_record_name\":\"3.g.v.shop.bosh\"}");
    }

    @Test
    void the_spec_tells_of_its_instance_and_group() {
        assertThat(spec("", "z1", MANUAL, VIP))
                .containsEntry("deployment", "shop")
                .containsEntry("name", "g")
                .containsEntry("id", "uuid")
                .containsEntry("index", 3)
                .containsEntry("az", "z1")
                .containsEntry("bootstrap", true)
                .containsEntry("address", "10.0.1.5")
                .containsEntry("ip", "10.0.1.5")
                .containsEntry("dns_domain_name", "bosh")
                .containsEntry("persistent_disk", 0)
                .containsEntry("properties_need_filtering", true)
                .containsEntry(
                        "job",
                        Map.of(
                                "name",
                                "g",
                                "template",
                                "web",
                                "version",
                                "7",
                                "templates",
                                List.of(Map.of(
                                        "name",
                                        "web",
                                        "version",
                                        "7",
                                        "sha1",
                                        "sha256:abc",
                                        "blobstore_id",
                                        "abc",
                                        "logs",
                                        List.of()))));
        assertThat(spec("", "", DYNAMIC)).containsEntry("ip", null).containsEntry("az", null);
    }

    @Test
    void the_size_of_the_disk_is_that_of_the_one_without_a_name() {
        assertThat(spec(", persistent_disk_type: large", "z1", MANUAL)).containsEntry("persistent_disk", 1024);
        assertThat(spec(", persistent_disks: [{name: one, type: large}]", "z1", MANUAL))
                .doesNotContainKey("persistent_disk");
    }
}
