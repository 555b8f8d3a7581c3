package io.slipway.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.network.ManagedNetworkService.AzSettings;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.network.ManagedNetwork.ManagedSubnet;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.lease.Leases;
import io.slipway.store.managed.ManagedNetworkStore;
import io.slipway.store.managed.ManagedNetworkStore.SubnetRow;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deployments that two directors run at a time have one network. */
class NetworksOfTwoDirectorsTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final AzSettings ANYWHERE = new AzSettings(Map.of(), Map.of(), CallContext.SILENT);
    private static final ManagedNetwork NETWORK = new ManagedNetwork("made", List.of(subnet("a"), subnet("b")));

    @TempDir
    Path folder;

    private final Cloud cloud = new Cloud();

    @ParameterizedTest
    @EnumSource
    void who_use_it_at_the_same_time_make_it_once(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var a = new Leases(database.jdbi(), "a", Leases.LASTING);
                var b = new Leases(database.jdbi(), "b", Leases.LASTING)) {
            var uses = List.of(a, b, a, b).stream()
                    .map(leases -> CompletableFuture.runAsync(
                            () -> service(database.jdbi(), leases).use(NETWORK, "of " + leases.node(), ANYWHERE)))
                    .toList();
            uses.forEach(CompletableFuture::join);

            assertThat(cloud.networks).hasSize(2);
            var store = new ManagedNetworkStore(database.jdbi());
            assertThat(store.retain("of a", List.of(), 1)).isEmpty();
            assertThat(store.retain("of b", List.of(), 1)).containsExactly("made");
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_frozen_director_was_making_goes_again_when_it_wakes_up(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var b = new Leases(database.jdbi(), "b", Leases.LASTING)) {
            var a = new Leases(database.jdbi(), "a", SHORT);
            var frozen = cloud.freezeNextCall();
            var first =
                    CompletableFuture.runAsync(() -> service(database.jdbi(), a).use(NETWORK, "one", ANYWHERE));
            cloud.frozen.await();
            a.close();

            service(database.jdbi(), b).use(NETWORK, "two", ANYWHERE);
            frozen.countDown();

            assertThatThrownBy(first::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(RequestRefused.class)
                    .hasMessageContaining("another director has taken over");
            assertThat(cloud.networks)
                    .containsExactlyInAnyOrderElementsOf(new ManagedNetworkStore(database.jdbi())
                            .subnets("made").stream().map(SubnetRow::cid).toList());
            assertThat(cloud.networks).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "POSTGRESQL")
    void no_transaction_is_open_while_the_infrastructure_works(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var leases = new Leases(database.jdbi(), "a", Leases.LASTING)) {
            var slow = cloud.freezeNextCall();
            var use = CompletableFuture.runAsync(
                    () -> service(database.jdbi(), leases).use(NETWORK, "d", ANYWHERE));
            cloud.frozen.await();

            long open = database.jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM pg_stat_activity"
                            + " WHERE datname = CURRENT_DATABASE() AND state LIKE 'idle in transaction%'")
                    .mapTo(Long.class)
                    .one());
            slow.countDown();
            use.join();

            assertThat(open).isZero();
        }
    }

    private ManagedNetworkService service(Jdbi jdbi, Leases leases) {
        return new ManagedNetworkService(new ManagedNetworkStore(jdbi), leases, cloud, fact -> {}, Clock.systemUTC());
    }

    private static ManagedSubnet subnet(String name) {
        return new ManagedSubnet(
                name, "10.0." + name + ".0/24", Optional.empty(), List.of(), Optional.empty(), Map.of());
    }

    /** Makes a network at each call, as clouds do; it knows networks and nothing else. */
    private static final class Cloud implements Cpis {
        final List<String> networks = new CopyOnWriteArrayList<>();
        final CountDownLatch frozen = new CountDownLatch(1);
        private final AtomicInteger made = new AtomicInteger();
        private volatile Optional<CountDownLatch> freeze = Optional.empty();

        /** The next caller gets its answer when the latch is let go. */
        CountDownLatch freezeNextCall() {
            var latch = new CountDownLatch(1);
            freeze = Optional.of(latch);
            return latch;
        }

        @Override
        public Cpi of(String name, CallContext asker) {
            return (Cpi) Proxy.newProxyInstance(
                    Cpi.class.getClassLoader(), new Class<?>[] {Cpi.class}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "createNetwork":
                                return create();
                            case "deleteNetwork":
                                networks.remove(String.valueOf(arguments[0]));
                                return null;
                            default:
                                throw new UnsupportedOperationException(method.getName());
                        }
                    });
        }

        private String create() throws InterruptedException {
            String cid = "net-" + made.incrementAndGet();
            networks.add(cid);
            var latch = freeze;
            freeze = Optional.empty();
            if (latch.isPresent()) {
                frozen.countDown();
                latch.get().await();
            }
            return cid;
        }

        @Override
        public List<String> names() {
            return List.of("one");
        }

        @Override
        public Optional<String> present(String name) {
            return Optional.of(name);
        }

        @Override
        public List<String> aliases(String name) {
            return List.of(name);
        }
    }
}
