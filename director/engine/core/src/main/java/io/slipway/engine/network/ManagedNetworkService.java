package io.slipway.engine.network;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.RequestRefused;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.network.ManagedNetwork.ManagedSubnet;
import io.slipway.store.lease.Leases;
import io.slipway.store.managed.ManagedNetworkStore;
import io.slipway.store.managed.ManagedNetworkStore.SubnetRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes networks and removes them. That a subnet is to be made is recorded before it is, and its cid after; one whose
 * outcome is not known is made again, since a CPI cannot be asked for networks. Whoever makes or removes a network has its
 * lease, so that two directors, or two runs of one, do not make it twice.
 */
public final class ManagedNetworkService {
    /**
     * Where a subnet is made.
     *
     * @param propertiesOfAzs cloud properties by AZ
     * @param cpiOfAzs names of CPIs by AZ; the built-in one makes what is in none of these
     */
    public record AzSettings(
            Map<String, Map<String, Object>> propertiesOfAzs, Map<String, String> cpiOfAzs, CallContext asker) {}

    public record OrphanedNetwork(String name, String type, Instant createdAt, Instant orphanedAt) {}

    private static final Logger LOG = LoggerFactory.getLogger(ManagedNetworkService.class);
    private static final Duration RETENTION = Duration.ofDays(1);
    private static final String TYPE = "manual";
    private static final int IN_USE = 160011;
    private static final int NOT_FOUND = 16012;
    private static final int CPI_REFUSED = 100;

    private final ManagedNetworkStore store;
    private final Leases leases;
    private final Cpis cpis;
    private final Audit audit;
    private final Clock clock;

    public ManagedNetworkService(ManagedNetworkStore store, Leases leases, Cpis cpis, Audit audit, Clock clock) {
        this.store = store;
        this.leases = leases;
        this.cpis = cpis;
        this.audit = audit;
        this.clock = clock;
    }

    /** Those that no deployment uses. */
    public List<OrphanedNetwork> orphaned() {
        return store.list().stream()
                .filter(row -> row.orphanedAt() > 0)
                .map(row -> new OrphanedNetwork(
                        row.name(),
                        TYPE,
                        Instant.ofEpochMilli(row.createdAt()),
                        Instant.ofEpochMilli(row.orphanedAt())))
                .toList();
    }

    /**
     * Sees to it that a network is there for a deployment; made already, it stays as it is.
     *
     * @throws RequestRefused where the infrastructure does not make it; what was made of it is removed again
     */
    public void use(ManagedNetwork network, String deployment, AzSettings azs) {
        alone(network.name(), rows -> {
            rows.add(network.name(), clock.millis());
            var made = new ArrayList<SubnetRow>();
            try {
                for (ManagedSubnet subnet : network.subnets()) {
                    make(network, subnet, azs, rows, made);
                }
            } catch (CpiException refused) {
                made.forEach(subnet -> remove(subnet, rows, azs.asker()));
                if (store.subnets(network.name()).stream()
                        .allMatch(row -> row.cid().isEmpty())) {
                    rows.remove(network.name());
                }
                throw RequestRefused.failed(
                        CPI_REFUSED,
                        "deployment failed during creating managed networks: network '" + network.name() + "': "
                                + refused.failure().message());
            }
            rows.use(network.name(), deployment);
        });
    }

    /** While no other director, and no other run of this one, deals with the network; no transaction stays open for that. */
    private void alone(String network, Consumer<ManagedNetworkStore.Writer> work) {
        try (var lease = leases.hold("network", network)) {
            work.accept(store.under(lease));
        } catch (Leases.Lost taken) {
            throw RequestRefused.failed(CPI_REFUSED, String.valueOf(taken.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw RequestRefused.failed(
                    CPI_REFUSED, "interrupted while network '" + network + "' was another one's to deal with");
        }
    }

    private void make(
            ManagedNetwork network,
            ManagedSubnet subnet,
            AzSettings azs,
            ManagedNetworkStore.Writer rows,
            List<SubnetRow> made) {
        boolean isThere = store.subnets(network.name()).stream()
                .anyMatch(row -> row.name().equals(subnet.name()) && !row.cid().isEmpty());
        if (isThere) {
            return;
        }
        String name = subnet.azs().isEmpty()
                ? ""
                : azs.cpiOfAzs().getOrDefault(subnet.azs().getFirst(), "");
        var cpi = cpis.of(name, azs.asker());
        rows.put(new SubnetRow(network.name(), subnet.name(), "", name));
        String cid = cpi.createNetwork(subnet.definition(azs.propertiesOfAzs()));
        var row = new SubnetRow(network.name(), subnet.name(), cid, name);
        try {
            rows.put(row);
        } catch (Leases.Lost taken) {
            // The other director makes one of its own, and nobody else will ever hear of this one.
            delete(row, azs.asker());
            throw taken;
        }
        made.add(row);
        record("create", "subnet", cid, "");
    }

    /** A deployment needs these networks only; what nobody needs any more is an orphan. */
    public void retain(String deployment, List<String> networks) {
        for (String orphan : store.retain(deployment, networks, clock.millis())) {
            LOG.info("network {} is used by no deployment any more", orphan);
            record("orphan", "network", orphan, "");
        }
    }

    /** Refuses with 160011 a network that a deployment uses, and with 16012 one that there is not. */
    public void requireOrphan(String name) {
        var row = store.find(name)
                .orElseThrow(() -> RequestRefused.invalid(NOT_FOUND, "Deleting non-existing network " + name));
        if (row.orphanedAt() == 0) {
            throw RequestRefused.invalid(IN_USE, "Deleting unorphaned network is not supported: " + name);
        }
    }

    /** The row goes last, so that what could not be removed is still known. */
    public void remove(String name, CallContext asker) {
        requireOrphan(name);
        alone(name, rows -> {
            // Somebody may have used it, or removed it, meanwhile.
            requireOrphan(name);
            for (SubnetRow subnet : store.subnets(name)) {
                if (!subnet.cid().isEmpty()) {
                    cpis.of(subnet.cpi(), asker).deleteNetwork(subnet.cid());
                    record("delete", "subnet", subnet.cid(), "");
                }
                rows.remove(subnet);
            }
            rows.remove(name);
        });
    }

    private void remove(SubnetRow subnet, ManagedNetworkStore.Writer rows, CallContext asker) {
        if (delete(subnet, asker)) {
            rows.remove(subnet);
        }
    }

    private boolean delete(SubnetRow subnet, CallContext asker) {
        try {
            cpis.of(subnet.cpi(), asker).deleteNetwork(subnet.cid());
            return true;
        } catch (CpiException refused) {
            LOG.warn(
                    "subnet {} cannot be deleted: {}",
                    subnet.cid(),
                    refused.failure().message());
            return false;
        }
    }

    /** Deletes those that nobody used again in time; to be called now and then. */
    public void removeExpired() {
        var limit = clock.instant().minus(RETENTION);
        for (OrphanedNetwork network : orphaned()) {
            if (network.orphanedAt().isBefore(limit)) {
                try {
                    remove(network.name(), CallContext.SILENT);
                    LOG.info("network {} is deleted after {} without use", network.name(), RETENTION);
                } catch (RuntimeException failure) {
                    LOG.warn("network {} cannot be deleted: {}", network.name(), failure.getMessage());
                }
            }
        }
    }

    private void record(String action, String type, String name, String error) {
        audit.record(new Audit.Fact(
                "network/" + UUID.randomUUID(), "", "", action, type, name, "", "", "", error, Map.of()));
    }
}
