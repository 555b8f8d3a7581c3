package io.slipway.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.Cpis;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.network.ManagedNetworkService.AzSettings;
import io.slipway.engine.network.ManagedNetworkService.OrphanedNetwork;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.network.ManagedNetwork.ManagedSubnet;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.lease.Leases;
import io.slipway.store.managed.ManagedNetworkStore;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagedNetworkServiceTest {
    private static final AzSettings ANYWHERE = new AzSettings(Map.of(), Map.of(), CallContext.SILENT);
    private static final ManagedNetwork NETWORK = new ManagedNetwork("made", List.of(subnet("a"), subnet("b")));

    private final List<String> there = new ArrayList<>();
    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private final Leases leases = new Leases(database.jdbi(), "node", Leases.LASTING);
    private final ManagedNetworkService service = new ManagedNetworkService(
            new ManagedNetworkStore(database.jdbi()), leases, new OneCpi(), fact -> {}, Clock.systemUTC());
    private String refused = "";

    @AfterEach
    void close() {
        leases.close();
        database.close();
    }

    @Test
    void makes_each_subnet_once_however_many_deployments_use_it() {
        service.use(NETWORK, "one", ANYWHERE);
        service.use(NETWORK, "two", ANYWHERE);

        assertThat(there).containsExactly("10.0.a.0/24", "10.0.b.0/24");
        assertThat(service.orphaned()).isEmpty();
        assertThatThrownBy(() -> service.requireOrphan("made"))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("unorphaned");
    }

    @Test
    void is_an_orphan_once_nobody_uses_it_and_can_then_be_deleted() {
        service.use(NETWORK, "one", ANYWHERE);
        service.use(NETWORK, "two", ANYWHERE);
        service.retain("one", List.of());
        assertThat(service.orphaned()).isEmpty();
        service.retain("two", List.of("other"));
        assertThat(service.orphaned()).extracting(OrphanedNetwork::name).containsExactly("made");

        service.remove("made", CallContext.SILENT);

        assertThat(there).isEmpty();
        assertThat(service.orphaned()).isEmpty();
        assertThatThrownBy(() -> service.requireOrphan("made"))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("non-existing");
    }

    @Test
    void is_no_orphan_any_more_when_it_is_used_again() {
        service.use(NETWORK, "one", ANYWHERE);
        service.retain("one", List.of());

        service.use(NETWORK, "one", ANYWHERE);

        assertThat(service.orphaned()).isEmpty();
        assertThat(there).hasSize(2);
    }

    @Test
    void leaves_nothing_behind_where_a_subnet_cannot_be_made() {
        refused = "10.0.b.0/24";

        assertThatThrownBy(() -> service.use(NETWORK, "one", ANYWHERE))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("made")
                .hasMessageContaining("create_network");

        assertThat(there).isEmpty();
        refused = "";
        service.use(NETWORK, "one", ANYWHERE);
        assertThat(there).hasSize(2);
    }

    private static ManagedSubnet subnet(String name) {
        return new ManagedSubnet(
                name, "10.0." + name + ".0/24", Optional.empty(), List.of(), Optional.empty(), Map.of());
    }

    /** Has one CPI, that knows networks and nothing else. */
    private final class OneCpi implements Cpis {
        @Override
        public Cpi of(String name, CallContext asker) {
            return (Cpi) Proxy.newProxyInstance(
                    Cpi.class.getClassLoader(), new Class<?>[] {Cpi.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("createNetwork") && arguments[0] instanceof Map<?, ?> subnet) {
                            return create(String.valueOf(subnet.get("range")));
                        }
                        if (method.getName().equals("deleteNetwork")) {
                            there.remove(String.valueOf(arguments[0]));
                            return null;
                        }
                        throw new UnsupportedOperationException(method.getName());
                    });
        }

        private String create(String range) {
            if (range.equals(refused)) {
                throw new CpiException(new CpiFailure.NotSupported("create_network"));
            }
            there.add(range);
            return range;
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
