package io.slipway.store.managed;

import io.slipway.store.Conflicts;
import io.slipway.store.Conflicts.Room;
import io.slipway.store.lease.Leases;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Networks that the director made, their subnets, and who uses them. Calls block. */
public final class ManagedNetworkStore {
    private final Jdbi jdbi;

    public ManagedNetworkStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * One network; times are epoch milliseconds.
     *
     * @param orphanedAt zero while a deployment uses it
     */
    public record NetworkRow(String name, long createdAt, long orphanedAt) {}

    /**
     * One subnet.
     *
     * @param cid empty while the outcome of its creation is not known
     */
    public record SubnetRow(String network, String name, String cid, String cpi) {}

    public Optional<NetworkRow> find(String name) {
        return list().stream().filter(row -> row.name().equals(name)).findFirst();
    }

    public List<NetworkRow> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM managed_networks ORDER BY name")
                .map((found, context) -> new NetworkRow(
                        found.getString("name"), found.getLong("created_at"), found.getLong("orphaned_at")))
                .list());
    }

    public List<SubnetRow> subnets(String network) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM managed_subnets WHERE network = :network ORDER BY name")
                        .bind("network", network)
                        .map((found, context) -> new SubnetRow(
                                found.getString("network"),
                                found.getString("name"),
                                found.getString("cid"),
                                found.getString("cpi")))
                        .list());
    }

    /** What is written of a network by the director that has its lease. */
    public Writer under(Leases.Lease lease) {
        return new Writer(lease);
    }

    /** Writes of one network; each throws {@link Leases.Lost}, and writes nothing, where another director has its lease. */
    public static final class Writer {
        private final Leases.Lease lease;

        private Writer(Leases.Lease lease) {
            this.lease = lease;
        }

        /** One that is there stays as it is. */
        public void add(String network, long createdAt) {
            lease.write(handle -> handle.select("SELECT name FROM managed_networks WHERE name = ?", network)
                            .mapTo(String.class)
                            .findOne()
                            .isPresent()
                    ? 0
                    : handle.execute(
                            "INSERT INTO managed_networks (name, created_at, orphaned_at) VALUES (?, ?, 0)",
                            network,
                            createdAt));
        }

        public void put(SubnetRow subnet) {
            lease.write(handle -> {
                remove(handle, subnet);
                return handle.execute(
                        "INSERT INTO managed_subnets (network, name, cid, cpi) VALUES (?, ?, ?, ?)",
                        subnet.network(),
                        subnet.name(),
                        subnet.cid(),
                        subnet.cpi());
            });
        }

        public void remove(SubnetRow subnet) {
            lease.write(handle -> remove(handle, subnet));
        }

        private static int remove(Handle handle, SubnetRow subnet) {
            return handle.execute(
                    "DELETE FROM managed_subnets WHERE network = ? AND name = ?", subnet.network(), subnet.name());
        }

        /** With its subnets and users. */
        public void remove(String network) {
            lease.write(handle -> handle.execute("DELETE FROM managed_network_users WHERE network = ?", network)
                    + handle.execute("DELETE FROM managed_subnets WHERE network = ?", network)
                    + handle.execute("DELETE FROM managed_networks WHERE name = ?", network));
        }

        /** A network that is used is no orphan. */
        public void use(String network, String deployment) {
            lease.write(handle -> {
                Conflicts.enter(handle, Room.NETWORKS);
                if (!users(handle, network).contains(deployment)) {
                    handle.execute(
                            "INSERT INTO managed_network_users (network, deployment) VALUES (?, ?)",
                            network,
                            deployment);
                }
                return handle.execute("UPDATE managed_networks SET orphaned_at = 0 WHERE name = ?", network);
            });
        }
    }

    /** A deployment uses these networks only; returns those that nobody uses any more, which are orphans from now. */
    public List<String> retain(String deployment, List<String> used, long now) {
        return Conflicts.alone(jdbi, Room.NETWORKS, handle -> {
            var let = handle
                    .createQuery("SELECT network FROM managed_network_users WHERE deployment = :deployment")
                    .bind("deployment", deployment)
                    .mapTo(String.class)
                    .list()
                    .stream()
                    .filter(network -> !used.contains(network))
                    .toList();
            for (String network : let) {
                handle.execute(
                        "DELETE FROM managed_network_users WHERE network = ? AND deployment = ?", network, deployment);
            }
            var orphans = let.stream()
                    .filter(network -> users(handle, network).isEmpty())
                    .toList();
            for (String network : orphans) {
                handle.execute("UPDATE managed_networks SET orphaned_at = ? WHERE name = ?", now, network);
            }
            return orphans;
        });
    }

    private static List<String> users(Handle handle, String network) {
        return handle.createQuery("SELECT deployment FROM managed_network_users WHERE network = :network")
                .bind("network", network)
                .mapTo(String.class)
                .list();
    }
}
