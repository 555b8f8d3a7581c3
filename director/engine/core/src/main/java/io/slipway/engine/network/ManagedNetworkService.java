package io.slipway.engine.network;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.ManagedNetworks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.managed.ManagedNetworkStore;
import io.slipway.engine.managed.ManagedNetworkStore.SubnetRow;
import io.slipway.model.network.ManagedNetwork;
import io.slipway.model.network.ManagedNetwork.ManagedSubnet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes networks and removes them. That a subnet is to be made is recorded before it is, and its cid after; one whose
 * outcome is not known is made again, since a CPI cannot be asked for networks.
 */
public final class ManagedNetworkService implements ManagedNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedNetworkService.class);
    private static final Duration RETENTION = Duration.ofDays(1);
    private static final String TYPE = "manual";
    private static final int IN_USE = 160011;
    private static final int NOT_FOUND = 16012;
    private static final int CPI_REFUSED = 100;

    private final ManagedNetworkStore store;
    private final Cpis cpis;
    private final Audit audit;
    private final Clock clock;

    public ManagedNetworkService(ManagedNetworkStore store, Cpis cpis, Audit audit, Clock clock) {
        this.store = store;
        this.cpis = cpis;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
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

    @Override
    public synchronized void use(ManagedNetwork network, String deployment, Where where) {
        if (store.find(network.name()).isEmpty()) {
            store.add(network.name(), clock.millis());
        }
        var made = new ArrayList<SubnetRow>();
        try {
            for (ManagedSubnet subnet : network.subnets()) {
                make(network, subnet, where, made);
            }
        } catch (CpiException refused) {
            made.forEach(subnet -> remove(subnet, where.asker()));
            if (store.subnets(network.name()).stream().allMatch(row -> row.cid().isEmpty())) {
                store.remove(network.name());
            }
            throw new RequestRefused(
                    500,
                    CPI_REFUSED,
                    "deployment failed during creating managed networks: network '" + network.name() + "': "
                            + refused.failure().message());
        }
        store.use(network.name(), deployment);
    }

    private void make(ManagedNetwork network, ManagedSubnet subnet, Where where, List<SubnetRow> made) {
        boolean isThere = store.subnets(network.name()).stream()
                .anyMatch(row -> row.name().equals(subnet.name()) && !row.cid().isEmpty());
        if (isThere) {
            return;
        }
        String cpi = subnet.azs().isEmpty()
                ? ""
                : where.cpiOfAzs().getOrDefault(subnet.azs().getFirst(), "");
        store.put(new SubnetRow(network.name(), subnet.name(), "", cpi));
        String cid = cpis.of(cpi, where.asker()).createNetwork(subnet.definition(where.propertiesOfAzs()));
        var row = new SubnetRow(network.name(), subnet.name(), cid, cpi);
        store.put(row);
        made.add(row);
        record("create", "subnet", cid, "");
    }

    @Override
    public synchronized void retain(String deployment, List<String> networks) {
        for (String orphan : store.retain(deployment, networks, clock.millis())) {
            LOG.info("network {} is used by no deployment any more", orphan);
            record("orphan", "network", orphan, "");
        }
    }

    @Override
    public void requireOrphan(String name) {
        var row = store.find(name)
                .orElseThrow(() -> new RequestRefused(400, NOT_FOUND, "Deleting non-existing network " + name));
        if (row.orphanedAt() == 0) {
            throw new RequestRefused(400, IN_USE, "Deleting unorphaned network is not supported: " + name);
        }
    }

    /** The row goes last, so that what could not be removed is still known. */
    @Override
    public synchronized void remove(String name, CallContext asker) {
        requireOrphan(name);
        for (SubnetRow subnet : store.subnets(name)) {
            if (!subnet.cid().isEmpty()) {
                cpis.of(subnet.cpi(), asker).deleteNetwork(subnet.cid());
                record("delete", "subnet", subnet.cid(), "");
            }
            store.remove(subnet);
        }
        store.remove(name);
    }

    private void remove(SubnetRow subnet, CallContext asker) {
        try {
            cpis.of(subnet.cpi(), asker).deleteNetwork(subnet.cid());
            store.remove(subnet);
        } catch (CpiException refused) {
            LOG.warn(
                    "subnet {} cannot be deleted: {}",
                    subnet.cid(),
                    refused.failure().message());
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
        audit.record(
                new Audit.Fact("network/" + UUID.randomUUID(), "", action, type, name, "", "", "", error, Map.of()));
    }
}
