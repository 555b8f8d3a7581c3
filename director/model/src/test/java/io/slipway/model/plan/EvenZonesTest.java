package io.slipway.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.plan.Placement.ExistingInstance;
import io.slipway.model.plan.Placement.PlacedInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** That the AZs of a group stay even, through what may become of it over several deploys. */
class EvenZonesTest {
    private static final String DISK = ", persistent_disk_type: disk";
    private static final List<String> AZS = List.of("z1", "z2", "z3");

    private final AtomicInteger counter = new AtomicInteger();

    private Placement.Result place(GroupSpec group, List<ExistingInstance> existing) {
        return Placement.place(
                group, existing, new Placement.Choices(() -> "new" + counter.incrementAndGet(), azs -> azs.stream()
                        .sorted()
                        .toList()));
    }

    private Placement.Result place(int instances, List<String> azs, String more, List<ExistingInstance> existing) {
        return place(Groups.group(instances, "networks: [{name: wide}], azs: " + azs + more), existing);
    }

    private static List<ExistingInstance> asExisting(Placement.Result result) {
        return result.placed().stream()
                .map(one -> new ExistingInstance(
                        one.id(), "g", one.index(), one.az(), one.bootstrap(), false, one.staticIps()))
                .toList();
    }

    private static Map<String, Integer> counts(List<PlacedInstance> placed) {
        var counts = new TreeMap<String, Integer>();
        placed.forEach(one -> counts.merge(one.az(), 1, Integer::sum));
        return counts;
    }

    private static int spread(Map<String, Integer> counts, List<String> azs) {
        var each = azs.stream().mapToInt(az -> counts.getOrDefault(az, 0)).summaryStatistics();
        return each.getMax() - each.getMin();
    }

    private static List<ExistingInstance> anywhere(Random random, int count, boolean mayBeIgnored) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ExistingInstance(
                        "i" + i,
                        "g",
                        i,
                        AZS.get(random.nextInt(3)),
                        i == 0,
                        mayBeIgnored && random.nextInt(4) == 0,
                        Map.of()))
                .toList();
    }

    @Test
    void one_of_each_az_is_left_where_an_az_was_added_and_then_an_instance_taken_away() {
        var first = place(3, List.of("z1", "z2"), DISK, List.of());
        var second = place(4, AZS, DISK, asExisting(first));

        var third = place(3, AZS, DISK, asExisting(second));

        assertThat(counts(third.placed())).isEqualTo(Map.of("z1", 1, "z2", 1, "z3", 1));
        assertThat(third.obsolete()).singleElement().satisfies(gone -> {
            assertThat(gone.az()).isEqualTo("z1");
            assertThat(gone.index()).isEqualTo(2);
        });
    }

    @Test
    void instances_that_a_group_takes_over_count_as_its_own() {
        var mine = new ExistingInstance("a", "g", 0, "z1", true, false, Map.of());
        var theirs = List.of(
                mine,
                new ExistingInstance("b", "old", 0, "z1", false, false, Map.of()),
                new ExistingInstance("c", "old", 1, "z2", false, false, Map.of()));

        var result = place(2, List.of("z1", "z2"), DISK, theirs);

        assertThat(result.placed()).extracting(PlacedInstance::id).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void an_instance_that_is_ignored_counts_where_it_is() {
        var existing = List.of(
                new ExistingInstance("a", "g", 0, "z1", true, false, Map.of()),
                new ExistingInstance("b", "g", 1, "z2", false, false, Map.of()),
                new ExistingInstance("c", "g", 2, "z1", false, true, Map.of()));

        var result = place(2, List.of("z1", "z2"), DISK, existing);

        assertThat(result.placed()).extracting(PlacedInstance::id).containsExactlyInAnyOrder("b", "c");
    }

    /** However a group with disks grows, shrinks and changes its AZs: shrinking alone makes no AZ differ more. */
    @Property
    void taking_instances_away_makes_azs_as_even_as_those_that_are_there_allow(
            @ForAll @IntRange(max = 12) int there, @ForAll @IntRange(max = 12) int wanted, @ForAll long seed) {
        var existing = anywhere(new Random(seed), Math.max(there, wanted), false);

        var result = place(wanted, AZS, DISK, existing);

        var kept = counts(result.placed());
        var before = existing.stream().collect(Collectors.groupingBy(ExistingInstance::az, Collectors.counting()));
        int most = kept.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        assertThat(result.placed()).hasSize(wanted).noneMatch(PlacedInstance::isNew);
        assertThat(AZS).allSatisfy(az -> assertThat(kept.getOrDefault(az, 0))
                .as("an AZ with two fewer than another had no more")
                .isGreaterThanOrEqualTo(Math.toIntExact(Math.min(most - 1, before.getOrDefault(az, 0L)))));
    }

    @Property
    void with_and_without_disks_only_ignored_instances_and_disks_make_azs_differ(
            @ForAll @IntRange(max = 12) int there,
            @ForAll @IntRange(min = 12, max = 20) int wanted,
            @ForAll boolean hasDisk,
            @ForAll long seed) {
        var existing = anywhere(new Random(seed), there, true);

        var result = place(wanted, AZS, hasDisk ? DISK : "", existing);

        var counts = counts(result.placed());
        long pinnedInOne = existing.stream()
                .filter(one -> hasDisk || one.isIgnored())
                .collect(Collectors.groupingBy(ExistingInstance::az, Collectors.counting()))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        assertThat(counts.values().stream().mapToInt(Integer::intValue).max().orElse(0))
                .isLessThanOrEqualTo(Math.toIntExact(Math.max(pinnedInOne, (wanted + 2) / 3)));
        if (pinnedInOne <= wanted / 3) {
            assertThat(spread(counts, AZS)).isLessThanOrEqualTo(1);
        }
    }

    /** Through any row of deploys, each of which may change how many there are, the AZs and whether there is a disk. */
    @Property(tries = 150)
    void who_stays_stays_in_its_az_and_a_second_deploy_of_the_same_changes_nothing(@ForAll long seed) {
        var random = new Random(seed);
        List<ExistingInstance> existing = List.of();
        for (int step = 0; step < 6; step++) {
            var azs = AZS.subList(0, 1 + random.nextInt(3));
            int wanted = random.nextInt(9);
            String more = random.nextBoolean() ? DISK : "";

            var result = place(wanted, azs, more, existing);

            var azOf = existing.stream().collect(Collectors.toMap(ExistingInstance::id, ExistingInstance::az));
            assertThat(result.placed()).hasSize(wanted).allMatch(one -> azs.contains(one.az()));
            assertThat(result.placed()).allMatch(one -> one.isNew() || one.az().equals(azOf.get(one.id())));
            if (more.isEmpty()) {
                assertThat(spread(counts(result.placed()), azs)).isLessThanOrEqualTo(1);
            } else {
                long mayStay =
                        existing.stream().filter(one -> azs.contains(one.az())).count();
                assertThat(result.placed().stream().filter(one -> !one.isNew()).count())
                        .as("no disk is left while there is room")
                        .isEqualTo(Math.min(mayStay, wanted));
            }
            existing = asExisting(result);
            var again = place(wanted, azs, more, existing);
            assertThat(again.obsolete()).isEmpty();
            assertThat(asExisting(again)).isEqualTo(existing);
        }
    }

    /** Addresses of subnets that serve several AZs each. */
    @Property
    void static_ips_are_spread_as_evenly_as_their_subnets_allow(
            @ForAll @IntRange(max = 4) int inAll,
            @ForAll @IntRange(max = 4) int inTwo,
            @ForAll @IntRange(max = 3) int inOne) {
        var ips = new ArrayList<String>();
        IntStream.range(0, inAll).forEach(i -> ips.add("10.3.0." + (10 + i)));
        IntStream.range(0, inTwo).forEach(i -> ips.add("10.3.1." + (10 + i)));
        IntStream.range(0, inOne).forEach(i -> ips.add("10.3.2." + (10 + i)));
        int size = ips.size();

        var counts = counts(place(
                        Groups.group(size, "azs: [z1, z2, z3], networks: [{name: mixed, static_ips: " + ips + "}]"),
                        List.of())
                .placed());

        assertThat(counts.values().stream().mapToInt(Integer::intValue).max().orElse(0))
                .isEqualTo(fewestPossible(inAll, inTwo, inOne));
    }

    /** Of all ways to put those in z1 or z2, and anywhere, the one whose fullest AZ has the fewest. */
    private static int fewestPossible(int inAll, int inTwo, int inOne) {
        int best = Integer.MAX_VALUE;
        for (int two = 0; two <= inTwo; two++) {
            for (int a = 0; a <= inAll; a++) {
                for (int b = 0; a + b <= inAll; b++) {
                    int z1 = inOne + two + a;
                    int z2 = inTwo - two + b;
                    best = Math.min(best, Math.max(Math.max(z1, z2), inAll - a - b));
                }
            }
        }
        return best;
    }

    @Test
    void those_that_get_their_first_static_ips_stay_in_as_many_azs_as_may_be() {
        var existing = List.of(
                new ExistingInstance("a", "g", 0, "z1", true, false, Map.of()),
                new ExistingInstance("b", "g", 1, "z2", false, false, Map.of()),
                new ExistingInstance("c", "g", 2, "z1", false, false, Map.of()),
                new ExistingInstance("d", "g", 3, "z3", false, false, Map.of()));

        var result = place(
                Groups.group(3, "azs: [z1, z2, z3], networks: [{name: wide, static_ips: [10.1.0.10-10.1.0.12]}]"),
                existing);

        assertThat(result.placed()).extracting(PlacedInstance::id).containsExactly("a", "b", "d");
    }

    @Test
    void an_address_for_one_az_alone_is_not_left_while_one_for_all_is_taken() {
        var existing = List.of(
                new ExistingInstance("a", "g", 0, "z1", true, false, Map.of()),
                new ExistingInstance("b", "g", 1, "z2", false, false, Map.of()));

        var result = place(
                Groups.group(2, "azs: [z1, z2], networks: [{name: mixed, static_ips: [10.3.0.10, 10.3.2.10]}]"),
                existing);

        assertThat(result.obsolete()).isEmpty();
        assertThat(result.placed())
                .extracting(one -> one.staticIps().get("mixed"))
                .containsExactly("10.3.2.10", "10.3.0.10");
    }
}
