package io.slipway.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemberPlanTest {
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
        return new Member(id, group, 0, az, true, List.of(leases), "started", false, Map.of(), "", null);
    }

    private static List<Member> group(MemberPlan plan) {
        return plan.wanted().getOrDefault("g", List.of());
    }

    private static MemberPlan plan(DeploymentSpec spec, Member... before) {
        return MemberPlan.of(spec, List.of(before), (group, index, id) -> Optional.empty(), () -> UUID.randomUUID()
                .toString());
    }

    private static PinnedPlan pinned(DeploymentSpec spec, Member... before) {
        return PinnedPlan.of(PinnedInputs.NONE, plan(spec, before), List.of(before));
    }

    @Test
    void a_new_instance_may_lease_from_every_subnet_of_its_az() {
        var placed = plan(spec("instances: 1, azs: [z1], networks: [{name: a}]"));

        var member = group(placed).getFirst();
        assertThat(member.leases())
                .containsExactly(
                        "a/10.0.1.0/24|" + member.instanceId() + "/a", "a/10.0.2.0/24|" + member.instanceId() + "/a");
    }

    @Test
    void a_static_ip_has_a_lease_of_its_own() {
        var placed = plan(spec("instances: 1, azs: [z1], networks: [{name: a, static_ips: [10.0.1.10]}]"));

        var member = group(placed).getFirst();
        assertThat(member.leases()).containsExactly("a/10.0.1.0/24|" + member.instanceId() + "/a/10.0.1.10");
        assertThat(member.staticIps()).isEqualTo(Map.of("a", "10.0.1.10"));
    }

    @Test
    void who_moves_to_another_network_keeps_its_former_lease_until_it_has_moved() {
        var before = member("i", "g", "z2", "a/10.0.1.0/24|i/a");

        var moved = group(plan(spec("instances: 1, azs: [z2], networks: [{name: b}]"), before))
                .getFirst();

        assertThat(moved.leases()).containsExactly("b/10.1.0.0/24|i/b");
        assertThat(moved.keepingLeasesOf(before).leases()).containsExactly("b/10.1.0.0/24|i/b", "a/10.0.1.0/24|i/a");
    }

    @Test
    void instances_of_a_migrated_group_keep_their_ids_and_get_the_az_that_the_migration_says() {
        var spec = spec("instances: 2, azs: [z1, z2], networks: [{name: b}], migrated_from: [{name: old, az: z2}]");

        var plan = plan(spec, member("i", "old", ""), member("x", "other", ""));

        assertThat(group(plan))
                .filteredOn(one -> one.instanceId().equals("i"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.group()).isEqualTo("g");
                    assertThat(one.az()).isEqualTo("z2");
                });
        assertThat(plan.obsolete()).extracting(Member::instanceId).containsExactly("x");
    }

    @Test
    void a_migration_that_contradicts_what_is_or_leaves_it_open_is_refused() {
        assertThatThrownBy(() -> plan(
                        spec("instances: 1, azs: [z2], networks: [{name: b}], migrated_from: [{name: old, az: z2}]"),
                        member("i", "old", "z1")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("belongs to availability zone 'z1' and manifest specifies 'z2'");
        assertThatThrownBy(() -> plan(
                        spec("instances: 1, azs: [z2], networks: [{name: b}], migrated_from: [{name: old}]"),
                        member("i", "old", "")))
                .hasMessageContaining("availability zone of 'old' is not specified");
    }

    @Test
    void what_is_pinned_tells_who_is_new_and_how_the_others_were() {
        var before = member("i", "old", "z1", "b/10.1.0.0/24|i/b");
        var spec = spec("instances: 2, azs: [z1], networks: [{name: b}], migrated_from: [{name: old}]");

        var pinned = pinned(spec, before);

        assertThat(pinned.former()).containsExactly(before);
        assertThat(pinned.fresh(List.of(before))).hasSize(1).doesNotContain("i");
        assertThat(pinned.members()).hasSize(2);
    }

    @Test
    void a_plan_that_was_pinned_gives_the_same_members_again_with_what_became_of_them() {
        var spec = spec("instances: 2, azs: [z1, z2], networks: [{name: b}]");
        var pinned = pinned(spec, member("i", "g", "z1"), member("x", "gone", "z1"));
        var moved = pinned.members().stream()
                .map(one -> new Member(
                        one.instanceId(),
                        one.group(),
                        one.index(),
                        one.az(),
                        one.bootstrap(),
                        one.leases(),
                        one.lastingState(),
                        true,
                        one.staticIps(),
                        "t7",
                        null))
                .toList();

        var again = MemberPlan.again(spec, pinned.members(), pinned.obsolete(), moved);

        assertThat(again.members())
                .extracting(Member::instanceId)
                .containsExactlyElementsOf(
                        pinned.members().stream().map(Member::instanceId).toList());
        assertThat(again.members()).allSatisfy(one -> {
            assertThat(one.isIgnored()).isTrue();
            assertThat(one.leases()).containsExactly("b/10.1.0.0/24|" + one.instanceId() + "/b/t7");
        });
        assertThat(again.obsolete()).isEmpty();
    }

    @Test
    void what_does_not_deploy_makes_no_instance() {
        var there = member("i", "g", "z1");
        var plan = plan(spec("instances: 3, azs: [z1], networks: [{name: b}]"), there);

        assertThat(plan.only(List.of(there)).members())
                .extracting(Member::instanceId)
                .containsExactly("i");
    }
}
