package io.slipway.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.plan.Placement.ExistingInstance;
import io.slipway.model.plan.Placement.PlacedInstance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final String NET = "networks: [{name: wide}], azs: ";

    private static Placement.Result place(GroupSpec group, List<ExistingInstance> existing) {
        var counter = new AtomicInteger();
        return Placement.place(
                group, existing, new Placement.Choices(() -> "new" + counter.incrementAndGet(), azs -> azs.stream()
                        .sorted()
                        .toList()));
    }

    private static ExistingInstance existing(String id, int index, String az) {
        return new ExistingInstance(id, "g", index, az, index == 0, false, Map.of());
    }

    private static List<ExistingInstance> asExisting(List<PlacedInstance> placed) {
        return placed.stream()
                .map(one -> new ExistingInstance(
                        one.id(), "g", one.index(), one.az(), one.bootstrap(), false, one.staticIps()))
                .toList();
    }

    private static Map<String, Long> counts(List<PlacedInstance> placed) {
        return placed.stream().collect(Collectors.groupingBy(PlacedInstance::az, Collectors.counting()));
    }

    private static List<String> ids(List<PlacedInstance> placed) {
        return placed.stream().map(PlacedInstance::id).toList();
    }

    private static List<ExistingInstance> anywhere(int count, long seed) {
        var random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> existing("i" + i, i, "z" + (1 + random.nextInt(3))))
                .toList();
    }

    @Property
    void instances_without_disks_are_spread_evenly_and_moved_as_little_as_that_needs(
            @ForAll @IntRange(max = 12) int wanted, @ForAll @IntRange(max = 12) int there, @ForAll long seed) {
        var before = anywhere(there, seed);

        var result = place(Groups.group(wanted, NET + "[z1, z2, z3]"), before);

        var counts = counts(result.placed());
        int most = counts.values().stream().mapToInt(Long::intValue).max().orElse(0);
        int fewest = counts.size() < 3
                ? 0
                : counts.values().stream().mapToInt(Long::intValue).min().orElse(0);
        assertThat(result.placed()).hasSize(wanted);
        assertThat(most - fewest).isLessThanOrEqualTo(1);
        long kept = result.placed().stream().filter(one -> !one.isNew()).count();
        assertThat(kept)
                .isGreaterThanOrEqualTo(
                        before.stream()
                                .collect(Collectors.groupingBy(ExistingInstance::az, Collectors.counting()))
                                .values()
                                .stream()
                                .mapToLong(count -> Math.min(count, wanted / 3))
                                .sum());
        assertThat(kept + result.obsolete().size()).isEqualTo(there);
    }

    @Property
    void nothing_moves_when_nothing_changes(@ForAll @IntRange(max = 12) int size, @ForAll boolean hasDisk) {
        var group = Groups.group(size, NET + "[z1, z2, z3]" + (hasDisk ? ", persistent_disk_type: disk" : ""));
        var first = place(group, List.of());

        var second = place(group, asExisting(first.placed()));

        assertThat(second.obsolete()).isEmpty();
        assertThat(ids(second.placed())).isEqualTo(ids(first.placed()));
        assertThat(second.placed())
                .extracting(PlacedInstance::az)
                .isEqualTo(first.placed().stream().map(PlacedInstance::az).toList());
    }

    @Property
    void instances_with_disks_never_leave_their_az(
            @ForAll @IntRange(max = 12) int wanted, @ForAll @IntRange(max = 12) int there, @ForAll long seed) {
        var before = anywhere(there, seed);

        var result = place(Groups.group(wanted, NET + "[z1, z2, z3], persistent_disk: 100"), before);

        assertThat(result.placed().stream().filter(one -> !one.isNew()).count()).isEqualTo(Math.min(wanted, there));
        var azOf = before.stream().collect(Collectors.toMap(ExistingInstance::id, ExistingInstance::az));
        assertThat(result.placed()).allMatch(one -> one.isNew() || one.az().equals(azOf.get(one.id())));
    }

    @Property
    void there_is_one_bootstrap_instance_and_every_index_is_used_once(
            @ForAll @IntRange(min = 1, max = 12) int wanted, @ForAll @IntRange(max = 12) int there, @ForAll long seed) {
        var result = place(Groups.group(wanted, NET + "[z1, z2]"), anywhere(there, seed));

        assertThat(result.placed()).filteredOn(PlacedInstance::bootstrap).hasSize(1);
        assertThat(result.placed()).extracting(PlacedInstance::index).doesNotHaveDuplicates();
    }

    @Property
    void static_ips_decide_the_az_and_each_is_used_once(
            @ForAll @IntRange(min = 1, max = 9) int size, @ForAll long seed) {
        var ips = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            ips.add("10.0." + (1 + i % 3) + "." + (10 + i));
        }
        Collections.shuffle(ips, new Random(seed));
        var group = Groups.group(size, "azs: [z1, z2, z3], networks: [{name: default, static_ips: " + ips + "}]");

        var first = place(group, List.of());
        var second = place(group, asExisting(first.placed()));

        assertThat(first.placed()).allMatch(one -> one.staticIps()
                .getOrDefault("default", "")
                .startsWith("10.0." + one.az().charAt(1) + "."));
        assertThat(first.placed())
                .extracting(one -> one.staticIps().get("default"))
                .containsExactlyInAnyOrderElementsOf(ips);
        assertThat(second.obsolete()).isEmpty();
        assertThat(second.placed()).allMatch(one -> !one.isNew());
        assertThat(second.placed())
                .extracting(PlacedInstance::staticIps)
                .isEqualTo(
                        first.placed().stream().map(PlacedInstance::staticIps).toList());
    }

    @Property
    void addresses_that_fit_several_azs_are_spread_evenly(@ForAll @IntRange(min = 1, max = 12) int size) {
        var group = Groups.group(
                size, "azs: [z1, z2, z3], networks: [{name: wide, static_ips: [10.1.0.10-10.1.0." + (9 + size) + "]}]");

        var counts = counts(place(group, List.of()).placed());

        assertThat(counts.values().stream().mapToLong(Long::longValue).max().orElse(0))
                .isEqualTo((size + 2) / 3);
    }

    @Test
    void an_address_that_is_taken_off_the_list_gives_way_to_one_in_the_same_az() {
        var before = place(
                Groups.group(2, "azs: [z1, z2], networks: [{name: default, static_ips: [10.0.1.10, 10.0.2.10]}]"),
                List.of());

        var after = place(
                Groups.group(2, "azs: [z1, z2], networks: [{name: default, static_ips: [10.0.2.10, 10.0.1.11]}]"),
                asExisting(before.placed()));

        assertThat(after.obsolete()).isEmpty();
        assertThat(ids(after.placed())).isEqualTo(ids(before.placed()));
        assertThat(after.placed())
                .extracting(one -> one.staticIps().get("default"))
                .containsExactly("10.0.1.11", "10.0.2.10");
    }

    @Test
    void an_instance_for_which_its_az_has_no_address_left_gives_way_to_a_new_one() {
        var before = place(
                Groups.group(1, "azs: [z1, z2], networks: [{name: default, static_ips: [10.0.1.10]}]"), List.of());

        var after = place(
                Groups.group(1, "azs: [z1, z2], networks: [{name: default, static_ips: [10.0.2.10]}]"),
                asExisting(before.placed()));

        assertThat(after.obsolete()).hasSize(1);
        assertThat(after.placed()).allMatch(one -> one.isNew() && one.az().equals("z2"));
    }

    @Test
    void several_networks_with_static_ips_agree_on_the_azs() {
        var group = Groups.group(3, """
                azs: [z1, z2, z3], networks: [
                {name: wide, static_ips: [10.1.0.10-10.1.0.12], default: [dns, gateway]},
                {name: default, static_ips: [10.0.2.10, 10.0.2.11, 10.0.3.10]}]""".replace('\n', ' '));

        var placed = place(group, List.of()).placed();

        assertThat(counts(placed)).isEqualTo(Map.of("z2", 2L, "z3", 1L));
        assertThat(placed).allMatch(one -> one.staticIps()
                .getOrDefault("default", "")
                .startsWith("10.0." + one.az().charAt(1) + "."));
    }

    @Test
    void vip_addresses_stay_with_their_instances() {
        String networks = "azs: [z1], networks: [{name: wide, default: [dns, gateway]}, {name: public, static_ips: ";
        var before = place(Groups.group(2, networks + "[1.1.1.1, 1.1.1.2]}]"), List.of());

        var after = place(Groups.group(3, networks + "[1.1.1.3, 1.1.1.2, 1.1.1.1]}]"), asExisting(before.placed()));

        assertThat(after.placed())
                .extracting(one -> one.staticIps().get("public"))
                .containsExactly("1.1.1.1", "1.1.1.2", "1.1.1.3");
    }

    @Test
    void instances_of_a_group_that_is_migrated_from_keep_their_ids_and_get_free_indices() {
        var old = List.of(
                existing("mine", 0, "z1"), new ExistingInstance("theirs", "old", 0, "z2", true, false, Map.of()));

        var result = place(Groups.group(2, NET + "[z1, z2]"), old);

        assertThat(result.obsolete()).isEmpty();
        assertThat(result.placed()).extracting(PlacedInstance::id).containsExactly("mine", "theirs");
        assertThat(result.placed()).extracting(PlacedInstance::index).containsExactly(0, 1);
        assertThat(result.placed()).filteredOn(PlacedInstance::bootstrap).hasSize(1);
    }

    @Test
    void an_instance_that_is_ignored_is_neither_moved_nor_deleted() {
        var ignored = new ExistingInstance("i", "g", 4, "z1", false, true, Map.of());
        var before = new ArrayList<>(List.of(existing("a", 0, "z1"), existing("b", 1, "z1"), ignored));

        var kept = place(Groups.group(1, NET + "[z1, z2]"), before);

        assertThat(ids(kept.placed())).containsExactly("i");
        assertThatThrownBy(() -> place(Groups.group(0, NET + "[z1]"), before))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("Deleting ignored instances is not allowed");
        assertThatThrownBy(() -> place(Groups.group(1, NET + "[z2]"), before))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("z1");
    }

    @Test
    void a_group_without_azs_has_instances_without_one() {
        var result = place(Groups.group(2, "networks: [{name: plain}]"), List.of(existing("a", 0, "")));

        assertThat(ids(result.placed())).containsExactly("a", "new1");
        assertThat(result.placed()).allMatch(one -> one.az().isEmpty());
    }
}
