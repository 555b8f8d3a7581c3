package io.slipway.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.Requester;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.model.InvalidInput;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final String CLOUD = """
            azs: [{name: z1}, {name: z2}]
            vm_types: [{name: small}]
            networks:
            - name: a
              subnets: [{range: 10.0.1.0/24, azs: [z1, z2], static: [10.0.1.10-10.0.1.20]}, {range: 10.0.2.0/24, azs: [z1]}]
            - {name: b, subnets: [{range: 10.1.0.0/24, azs: [z1, z2]}]}
            """;

    private static final class OneStemcell implements Catalog {
        @Override
        public Optional<ReleaseVersion> release(String name, String version) {
            return Optional.empty();
        }

        @Override
        public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
            return Optional.of(new StemcellVersion("s", "1", "debian", Map.of("", "cid")));
        }
    }

    private static DeploymentSpec spec(String group) {
        return DeploymentSpec.resolve(
                Manifest.parse(Yaml.parseMap("""
                        name: shop
                        releases: []
                        stemcells: [{alias: default, os: debian, version: latest}]
                        instance_groups: [{name: g, jobs: [], vm_type: small, stemcell: default, GROUP}]
                        """.replace("GROUP", group), "manifest")),
                CloudConfig.parse(Yaml.parseMap(CLOUD, "cloud config")),
                new OneStemcell());
    }

    private static Member member(String id, String group, String az, String... leases) {
        return new Member(id, group, 0, az, true, List.of(leases), "started", false, Map.of());
    }

    private static List<Member> group(Map<String, List<Member>> placed) {
        return placed.getOrDefault("g", List.of());
    }

    private static Members members(boolean isDryRun, Member... before) {
        var request = RequestDraft.of(
                        new DeployRequest("shop", "manifest", false, false, isDryRun, new Requester("me", ""), ""))
                .numbered(1);
        var state = new DeploymentState(null, List.of(before), List.of(), List.of(), 1, Map.of());
        return new Members(state, request);
    }

    @Test
    void a_new_instance_may_lease_from_every_subnet_of_its_az() throws Exception {
        var placed = members(false).place(spec("instances: 1, azs: [z1], networks: [{name: a}]"));

        var member = group(placed).getFirst();
        assertThat(member.leases())
                .containsExactly(
                        "a/10.0.1.0/24|" + member.instanceId() + "/a", "a/10.0.2.0/24|" + member.instanceId() + "/a");
    }

    @Test
    void a_static_ip_has_a_lease_of_its_own() throws Exception {
        var placed =
                members(false).place(spec("instances: 1, azs: [z1], networks: [{name: a, static_ips: [10.0.1.10]}]"));

        var member = group(placed).getFirst();
        assertThat(member.leases()).containsExactly("a/10.0.1.0/24|" + member.instanceId() + "/a/10.0.1.10");
        assertThat(member.staticIps()).isEqualTo(Map.of("a", "10.0.1.10"));
    }

    @Test
    void who_moves_to_another_network_keeps_its_former_lease_until_it_has_moved() throws Exception {
        var members = members(false, member("i", "g", "z2", "a/10.0.1.0/24|i/a"));

        var moved = group(members.place(spec("instances: 1, azs: [z2], networks: [{name: b}]")))
                .getFirst();

        assertThat(members.toRecord().getFirst().leases()).containsExactly("b/10.1.0.0/24|i/b", "a/10.0.1.0/24|i/a");
        assertThat(members.superseded(moved)).containsExactly("a/10.0.1.0/24|i/a");
        assertThat(members.doubtful()).isEmpty();
    }

    @Test
    void instances_of_a_migrated_group_keep_their_ids_and_get_the_az_that_the_migration_says() throws Exception {
        var members = members(false, member("i", "old", ""), member("x", "other", ""));
        var spec = spec("instances: 2, azs: [z1, z2], networks: [{name: b}], migrated_from: [{name: old, az: z2}]");

        var placed = group(members.place(spec));

        assertThat(placed)
                .filteredOn(one -> one.instanceId().equals("i"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.group()).isEqualTo("g");
                    assertThat(one.az()).isEqualTo("z2");
                });
        assertThat(members.obsolete(spec)).extracting(Member::instanceId).containsExactly("x");
    }

    @Test
    void a_migration_that_contradicts_what_is_or_leaves_it_open_is_refused() {
        var contradicts = members(false, member("i", "old", "z1"));
        var leavesOpen = members(false, member("i", "old", ""));

        assertThatThrownBy(() -> contradicts.place(
                        spec("instances: 1, azs: [z2], networks: [{name: b}], migrated_from: [{name: old, az: z2}]")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("belongs to availability zone 'z1' and manifest specifies 'z2'");
        assertThatThrownBy(() -> leavesOpen.place(
                        spec("instances: 1, azs: [z2], networks: [{name: b}], migrated_from: [{name: old}]")))
                .hasMessageContaining("availability zone of 'old' is not specified");
    }

    @Test
    void a_dry_run_records_nothing_of_what_it_would_change() throws Exception {
        var before = member("i", "old", "z1", "a/10.0.1.0/24|i/a");
        var members = members(true, before);

        members.place(spec("instances: 1, azs: [z1], networks: [{name: b}], migrated_from: [{name: old}]"));

        assertThat(members.toRecord()).singleElement().satisfies(one -> {
            assertThat(one.group()).isEqualTo("old");
            assertThat(one.leases()).containsExactly("b/10.1.0.0/24|i/b", "a/10.0.1.0/24|i/a");
        });
    }

    @Test
    void a_run_that_comes_to_nothing_puts_members_back_as_they_were() throws Exception {
        var before = member("i", "old", "z1", "b/10.1.0.0/24|i/b");
        var members = members(false, before);

        members.place(spec("instances: 2, azs: [z1], networks: [{name: b}], migrated_from: [{name: old}]"));

        assertThat(members.changedBack()).containsExactly(before);
        assertThat(members.doubtful()).hasSize(1);
    }
}
