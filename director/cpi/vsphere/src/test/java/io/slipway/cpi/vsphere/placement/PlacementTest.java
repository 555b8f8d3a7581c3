package io.slipway.cpi.vsphere.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.vsphere.placement.Foundation.Cluster;
import io.slipway.cpi.vsphere.placement.Foundation.Host;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.placement.Placement.Choice;
import io.slipway.cpi.vsphere.placement.VmWish.DiskAt;
import io.slipway.cpi.vsphere.properties.ClusterWish;
import io.slipway.cpi.vsphere.properties.StoreWish;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is true of every placement, whatever the foundation looks like. */
class PlacementTest {
    private static final long GIB = 1024L * 1024 * 1024;

    /** A foundation and a wish that follow from a seed. */
    private record Case(Foundation foundation, VmWish wish) {
        static Case of(long seed) {
            var random = new Random(seed);
            int stores = 1 + random.nextInt(5);
            var all = IntStream.range(0, stores)
                    .mapToObj(i -> new Store(
                            "ds-" + i,
                            (random.nextBoolean() ? "fast-" : "slow-") + i,
                            random.nextInt(3) == 0 ? Optional.of("pod-" + random.nextInt(2)) : Optional.empty(),
                            random.nextInt(60) * GIB,
                            random.nextInt(5) != 0))
                    .toList();
            var clusters = IntStream.range(0, 1 + random.nextInt(3))
                    .mapToObj(i -> cluster(random, i, all))
                    .toList();
            var foundation = new Foundation(clusters, all);
            var wishes = new ArrayList<ClusterWish>();
            for (int i = 0; i < clusters.size() + 1; i++) {
                if (random.nextInt(4) != 0) {
                    wishes.add(new ClusterWish(
                            "cluster-" + i,
                            random.nextInt(3) == 0 ? Optional.of("pool") : Optional.empty(),
                            random.nextInt(3) == 0 ? Optional.of("group") : Optional.empty(),
                            random.nextBoolean(),
                            Optional.empty()));
                }
            }
            var disks = random.nextInt(3) == 0
                    ? List.of(new DiskAt("ds-" + random.nextInt(stores), 5 * GIB))
                    : List.<DiskAt>of();
            Optional<Set<String>> compatible = random.nextInt(4) == 0
                    ? Optional.of(all.stream()
                            .map(Store::id)
                            .filter(id -> random.nextBoolean())
                            .collect(Collectors.toSet()))
                    : Optional.empty();
            var names = new StoreWish(
                    List.of("fast-0", "fast-1", "fast-2", "slow-3"),
                    random.nextBoolean() ? List.of("pod-1") : List.of(),
                    Optional.empty(),
                    Optional.empty());
            return new Case(
                    foundation,
                    new VmWish(wishes, names, compatible, 1 + random.nextInt(8000), random.nextInt(30) * GIB, disks));
        }

        private static Cluster cluster(Random random, int number, List<Store> stores) {
            var hosts = IntStream.range(0, random.nextInt(4))
                    .mapToObj(i -> new Host(
                            "host-" + number + "-" + i,
                            "host " + i,
                            random.nextInt(4) != 0,
                            random.nextInt(16000),
                            stores.stream()
                                    .map(Store::id)
                                    .filter(id -> random.nextInt(4) != 0)
                                    .collect(Collectors.toSet())))
                    .toList();
            Set<String> group = hosts.stream()
                    .map(Host::id)
                    .filter(id -> random.nextBoolean())
                    .collect(Collectors.toSet());
            return new Cluster(
                    "domain-c" + number,
                    "cluster-" + number,
                    "resgroup-" + number,
                    random.nextBoolean() ? Map.of("pool", "resgroup-pool-" + number) : Map.of(),
                    hosts,
                    random.nextBoolean() ? Map.of("group", group) : Map.of());
        }

        Cluster cluster(Choice choice) {
            return foundation.clusters().stream()
                    .filter(one -> one.id().equals(choice.clusterId()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Property
    void every_place_has_a_usable_host_with_the_memory_and_the_datastore(@ForAll long seed) {
        var one = Case.of(seed);

        var decision = Placement.ofVm(one.foundation(), one.wish());

        for (Choice choice : decision.ranked()) {
            assertThat(one.cluster(choice).hosts())
                    .as(choice.reason())
                    .anyMatch(host -> host.id().equals(choice.hostId())
                            && host.isUsable()
                            && host.freeMemoryMib() >= one.wish().memoryMib()
                            && host.storeIds().contains(choice.store().id()));
        }
    }

    @Property
    void every_datastore_is_allowed_usable_and_has_room_and_headroom(@ForAll long seed) {
        var one = Case.of(seed);

        for (Choice choice : Placement.ofVm(one.foundation(), one.wish()).ranked()) {
            Store store = choice.store();
            assertThat(store.isUsable()).isTrue();
            assertThat(store.freeBytes()).isGreaterThanOrEqualTo(one.wish().diskBytes() + Placement.HEADROOM_BYTES);
            boolean isNamed = one.wish().stores().allows(store.name())
                    || store.pod().map(one.wish().stores()::allowsPod).orElse(false);
            assertThat(one.wish()
                            .compatibleStores()
                            .map(ids -> ids.contains(store.id()))
                            .orElse(isNamed))
                    .isTrue();
        }
    }

    @Property
    void every_place_is_one_that_was_wished_for(@ForAll long seed) {
        var one = Case.of(seed);

        for (Choice choice : Placement.ofVm(one.foundation(), one.wish()).ranked()) {
            Cluster cluster = one.cluster(choice);
            assertThat(one.wish().clusters()).contains(choice.wish());
            assertThat(cluster.name()).isEqualTo(choice.wish().name());
            assertThat(choice.poolId())
                    .isEqualTo(
                            choice.wish().resourcePool().isPresent()
                                    ? cluster.pools().get("pool")
                                    : cluster.rootPool());
        }
    }

    @Property
    void a_binding_host_group_has_a_host_that_carries_the_vm(@ForAll long seed) {
        var one = Case.of(seed);

        for (Choice choice : Placement.ofVm(one.foundation(), one.wish()).ranked()) {
            if (choice.wish().hostGroup().isPresent() && choice.wish().isHostGroupBinding()) {
                Set<String> members = one.cluster(choice).hostGroups().getOrDefault("group", Set.of());
                assertThat(one.cluster(choice).hosts())
                        .anyMatch(host -> members.contains(host.id())
                                && host.id().equals(choice.hostId())
                                && host.isUsable()
                                && host.freeMemoryMib() >= one.wish().memoryMib()
                                && host.storeIds().contains(choice.store().id()));
            }
        }
    }

    @Property
    void says_why_where_there_is_no_place(@ForAll long seed) {
        var one = Case.of(seed);

        var decision = Placement.ofVm(one.foundation(), one.wish());

        if (decision.ranked().isEmpty() && !one.wish().clusters().isEmpty()) {
            assertThat(decision.refused()).isNotEmpty().doesNotContain("");
        }
    }

    @Property
    void the_order_of_the_inventory_does_not_matter(@ForAll long seed) {
        var one = Case.of(seed);
        var clusters = new ArrayList<>(one.foundation().clusters());
        var stores = new ArrayList<>(one.foundation().stores());
        Collections.shuffle(clusters, new Random(seed));
        Collections.shuffle(stores, new Random(seed));

        var shuffled = Placement.ofVm(new Foundation(clusters, stores), one.wish());

        assertThat(shuffled.ranked())
                .isEqualTo(Placement.ofVm(one.foundation(), one.wish()).ranked());
    }

    @Property
    void disks_in_reach_count_more_than_anything_else(@ForAll long seed) {
        var one = Case.of(seed);

        var away = Placement.ofVm(one.foundation(), one.wish()).ranked().stream()
                .map(choice -> one.wish().disks().stream()
                        .filter(disk -> one.cluster(choice).hosts().stream()
                                .noneMatch(host ->
                                        host.isUsable() && host.storeIds().contains(disk.storeId())))
                        .count())
                .toList();

        if (one.wish().clusters().stream().noneMatch(wish -> wish.hostGroup().isPresent())) {
            assertThat(away).isSorted();
        }
    }

    @Property
    void what_was_promised_is_never_given_twice(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int vms) {
        var one = Case.of(seed);
        var bytes = new HashMap<String, Long>();
        var memory = new HashMap<String, Long>();

        for (int i = 0; i < vms; i++) {
            var decision = Placement.ofVm(one.foundation().less(bytes, memory), one.wish());
            if (decision.ranked().isEmpty()) {
                break;
            }
            Choice choice = decision.ranked().getFirst();
            bytes.merge(choice.store().id(), one.wish().diskBytes(), Long::sum);
            memory.merge(choice.hostId(), one.wish().memoryMib(), Long::sum);
        }

        one.foundation().clusters().stream()
                .flatMap(cluster -> cluster.hosts().stream())
                .forEach(host ->
                        assertThat(memory.getOrDefault(host.id(), 0L)).isLessThanOrEqualTo(host.freeMemoryMib()));
        one.foundation().stores().forEach(store -> assertThat(bytes.getOrDefault(store.id(), 0L))
                .isLessThanOrEqualTo(store.freeBytes()));
    }

    @Property
    void a_disk_goes_where_most_is_free_of_what_is_allowed(@ForAll long seed) {
        var one = Case.of(seed);

        var stores = Placement.ofDisk(
                one.foundation(),
                one.wish().stores(),
                one.wish().compatibleStores(),
                one.wish().diskBytes(),
                Optional.empty());

        assertThat(stores.stream().map(store -> -store.freeBytes()).toList()).isSorted();
        assertThat(stores)
                .allMatch(store ->
                        store.isUsable() && store.freeBytes() >= one.wish().diskBytes() + Placement.HEADROOM_BYTES);
    }
}
