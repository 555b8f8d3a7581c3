package io.slipway.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.link.LinkResolver;
import io.slipway.model.link.OtherDeployments;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.release.JobSpec;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedDisksTest {
    private static final String CLOUD = """
            azs: [{name: z1}]
            networks:
            - {name: a, type: manual, subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, az: z1}]}
            vm_types: [{name: small}]
            disk_types:
            - {name: fast, disk_size: 64, cloud_properties: {type: ssd}}
            - {name: slow, disk_size: 128}
            - {name: empty, disk_size: 0}
            """;
    private static final String MANIFEST = """
            name: shop
            releases: [{name: db, version: "1"}]
            stemcells: [{alias: default, os: debian, version: latest}]
            update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1000, update_watch_time: 1000}
            instance_groups:
            - name: db
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: a}]
              jobs: [{name: db, release: db, consumes: {data: {from: FROM}}}]
              DISKS
            """;
    private static final String BOTH = "persistent_disks: [{name: data, type: fast}, {name: log, type: slow}]";

    @Test
    void gives_a_group_the_disks_that_it_names() {
        var group = resolved(MANIFEST.replace("DISKS", BOTH)).groups().getFirst();

        assertThat(group.disk()).isEmpty();
        assertThat(group.namedDisks())
                .containsExactly(
                        new DiskSpec("data", 64, "fast", Map.of("type", "ssd")),
                        new DiskSpec("log", 128, "slow", Map.of()));
    }

    @Test
    void a_type_without_a_size_is_no_disk() {
        var group = resolved(MANIFEST.replace("DISKS", "persistent_disk_type: empty"))
                .groups()
                .getFirst();

        assertThat(group.disk()).isEmpty();
    }

    @Test
    void links_a_job_to_the_disk_that_it_asks_for() {
        var spec = resolved(MANIFEST.replace("DISKS", BOTH).replace("FROM", "log"));

        assertThat(LinkResolver.resolve(spec, List.of(), OtherDeployments.NONE).forJob("db", "db"))
                .isEqualTo(Map.of(
                        "data",
                        Map.of(
                                "deployment_name",
                                "shop",
                                "properties",
                                Map.of("name", "log"),
                                "networks",
                                List.of(),
                                "instances",
                                List.of())));
    }

    @Test
    void links_a_job_to_the_only_disk_without_being_told() {
        var spec = resolved(MANIFEST.replace("DISKS", "persistent_disks: [{name: data, type: fast}]")
                .replace(", consumes: {data: {from: FROM}}", ""));

        assertThat(LinkResolver.resolve(spec, List.of(), OtherDeployments.NONE).forJob("db", "db"))
                .containsOnlyKeys("data");
    }

    @Test
    void refuses_a_link_to_a_disk_that_is_not_there_or_not_the_only_one() {
        var wrong = resolved(MANIFEST.replace("DISKS", BOTH).replace("FROM", "tape"));
        var any = resolved(MANIFEST.replace("DISKS", BOTH).replace(", consumes: {data: {from: FROM}}", ""));

        assertThatThrownBy(() -> LinkResolver.resolve(wrong, List.of(), OtherDeployments.NONE))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("'data'");
        assertThatThrownBy(() -> LinkResolver.resolve(any, List.of(), OtherDeployments.NONE))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("'data'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            persistent_disks: [{name: a, type: none}]                          | 140012 | unknown disk type 'none'
            persistent_disks: [{name: a, type: fast}, {name: a, type: slow}]   | 140013 | duplicate names
            persistent_disks: [{name: ../etc, type: fast}]                     | 140013 | '../etc'
            {persistent_disk: 64, persistent_disks: [{name: a, type: fast}]}   | 140013 | more than one of the following
            {persistent_disk: 64, persistent_disk_type: fast}                  | 140013 | more than one of the following
            persistent_disk_type: none                                         | 140012 | unknown disk type 'none'
            persistent_disks: [{name: a, type: empty}]                         | 140013 | whose size is 0
            """)
    void says_what_is_wrong_with_disks(String disks, int code, String message) {
        String lines = disks.startsWith("{")
                ? disks.substring(1, disks.length() - 1).replaceFirst(", persistent", "\n  persistent")
                : disks;
        String manifest = MANIFEST.replace("DISKS", lines);

        assertThatThrownBy(() -> resolved(manifest))
                .isInstanceOfSatisfying(InvalidInput.class, invalid -> assertThat(invalid.problems())
                        .extracting(Problem::code)
                        .contains(code))
                .hasMessageContaining(message);
    }

    private static DeploymentSpec resolved(String manifest) {
        return DeploymentSpec.resolve(
                Manifest.parse(Yaml.parseMap(manifest, "manifest")),
                CloudConfig.parse(Yaml.parseMap(CLOUD, "cloud config")),
                new OneRelease());
    }

    /** With one job, which takes a disk. */
    private static final class OneRelease implements Catalog {
        @Override
        public Optional<ReleaseVersion> release(String name, String version) {
            var spec =
                    JobSpec.fromMap(Map.of("name", "db", "consumes", List.of(Map.of("name", "data", "type", "disk"))));
            var jobs = Map.of("db", new CatalogJob("db", "1", "f", "b", spec));
            return Optional.of(new ReleaseVersion(name, "1", "", false, jobs, Map.of(), List.of()));
        }

        @Override
        public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
            return Optional.of(new StemcellVersion("s", "1", "debian", Map.of("", "sc-1")));
        }
    }
}
