package io.slipway.engine.disk;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.Snapshots;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.store.snapshot.SnapshotStore;
import io.slipway.store.snapshot.SnapshotStore.SnapshotRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and deletes snapshots. Each is written down before it is made, under a key that the CPI is told, so that one that
 * a director made and could not record any more is found again.
 */
public final class SnapshotService implements Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotService.class);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int DEPLOYMENT_NOT_FOUND = 70000;
    private static final int SNAPSHOT_NOT_FOUND = 70008;
    private static final String STARTED = "started";

    private final TaskRunner tasks;
    private final Deployments deployments;
    private final SnapshotStore store;
    private final Cpis cpis;
    private final Clock clock;

    public SnapshotService(TaskRunner tasks, Deployments deployments, SnapshotStore store, Cpis cpis, Clock clock) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.store = store;
        this.cpis = cpis;
        this.clock = clock;
    }

    @Override
    public List<Snapshot> list(String deployment) {
        require(deployment);
        var found = new ArrayList<Snapshot>();
        for (InstanceRow row : deployments.instances(deployment)) {
            for (SnapshotRow snapshot : store.of(row.diskCids())) {
                found.add(new Snapshot(
                        snapshot.cid(),
                        row.group(),
                        row.index(),
                        row.id(),
                        Instant.ofEpochMilli(snapshot.createdAt()),
                        snapshot.isClean()));
            }
        }
        return found;
    }

    @Override
    public CompletionStage<Long> take(String deployment, Requester requester) {
        require(deployment);
        return tasks.run(TaskKind.SNAPSHOT_DEPLOYMENT, "snapshot deployment", deployment, requester, log -> {
            int failures = 0;
            for (InstanceRow row : deployments.instances(deployment)) {
                if (!row.vmCid().isEmpty()) {
                    failures += takeOrTell(row, log);
                }
            }
            return "snapshots of deployment '" + deployment + "' created"
                    + (failures == 0 ? "" : ", with " + failures + " failure(s)");
        });
    }

    private int takeOrTell(InstanceRow row, TaskLog log) {
        try {
            take(row, log);
            return 0;
        } catch (CpiException failure) {
            LOG.warn("no snapshot of {}/{}: {}", row.group(), row.id(), failure.getMessage());
            log.debug("no snapshot of " + row.group() + "/" + row.id() + ": "
                    + failure.failure().message());
            return 1;
        }
    }

    @Override
    public CompletionStage<Long> take(String deployment, InstanceFilter instance, Requester requester) {
        require(deployment);
        var row = instance.select(deployments, deployment).getFirst();
        return tasks.run(TaskKind.CREATE_SNAPSHOT, "create snapshot", deployment, requester, log -> {
            var cids = take(row, log);
            return "snapshot(s) " + String.join(", ", cids) + " created";
        });
    }

    /** As BOSH: where the infrastructure has no snapshots, none is taken, and that is no failure. */
    private List<String> take(InstanceRow row, TaskLog log) {
        var cids = new ArrayList<String>();
        try {
            for (String disk : row.diskCids()) {
                boolean isClean = !row.state().equals(STARTED);
                var snapshot =
                        new SnapshotRow(UUID.randomUUID().toString(), "", disk, isClean, clock.millis(), row.cpi());
                cids.add(make(snapshot, metadata(row), log));
            }
        } catch (CpiException failure) {
            if (!(failure.failure() instanceof CpiFailure.NotSupported)) {
                throw failure;
            }
            log.debug("no snapshot of " + row.group() + "/" + row.id() + ": this CPI has none");
        }
        return cids;
    }

    /** Of one whose outcome is not known, the intent stays: {@link #settleFailed}. */
    private String make(SnapshotRow snapshot, Map<String, String> metadata, TaskLog log) {
        store.intend(snapshot);
        metadata.put(Cpi.SNAPSHOT_KEY, snapshot.key());
        try {
            String cid = cpis.of(snapshot.cpi(), log).snapshotDisk(snapshot.diskCid(), metadata);
            store.made(snapshot.key(), cid);
            return cid;
        } catch (CpiException failure) {
            if (isCertain(failure)) {
                store.forget(snapshot.key());
            }
            throw failure;
        }
    }

    private static boolean isCertain(CpiException failure) {
        return failure.failure() instanceof CpiFailure.NotSupported
                || failure.failure() instanceof CpiFailure.DiskNotFound;
    }

    private static Map<String, String> metadata(InstanceRow row) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("deployment", row.deployment());
        metadata.put("job", row.group());
        metadata.put("index", Integer.toString(row.index()));
        metadata.put("instance_id", row.id());
        metadata.put("agent_id", row.agentId());
        return metadata;
    }

    /**
     * Takes back what was begun and is not known to have ended, by a director that died or a call that failed: the task
     * ended in error, and leaves nothing. To be called now and then.
     */
    public void settleFailed() {
        long limit = clock.instant().minus(LONGEST).toEpochMilli();
        for (SnapshotRow snapshot : store.intended()) {
            if (snapshot.createdAt() < limit) {
                settle(snapshot);
            }
        }
    }

    private void settle(SnapshotRow snapshot) {
        try {
            var cpi = cpis.of(snapshot.cpi(), CallContext.SILENT);
            cpi.deleteSnapshot(cpi.snapshotDisk(snapshot.diskCid(), Map.of(Cpi.SNAPSHOT_KEY, snapshot.key())));
        } catch (CpiException failure) {
            if (!isCertain(failure)) {
                LOG.warn("a failed snapshot of disk {} stays: {}", snapshot.diskCid(), failure.getMessage());
                return;
            }
        }
        store.forget(snapshot.key());
    }

    @Override
    public CompletionStage<Long> delete(String deployment, Requester requester) {
        require(deployment);
        return tasks.run(
                TaskKind.DELETE_DEPLOYMENT_SNAPSHOTS, "delete deployment snapshots", deployment, requester, log -> {
                    for (Snapshot snapshot : list(deployment)) {
                        remove(snapshot.cid(), log);
                    }
                    return "snapshots of deployment '" + deployment + "' deleted";
                });
    }

    @Override
    public CompletionStage<Long> delete(String deployment, String snapshotCid, Requester requester) {
        require(deployment);
        if (store.find(snapshotCid).isEmpty()) {
            throw RequestRefused.notFound(SNAPSHOT_NOT_FOUND, "snapshot " + snapshotCid + " not found");
        }
        if (list(deployment).stream().noneMatch(one -> one.cid().equals(snapshotCid))) {
            throw RequestRefused.notFound(
                    SNAPSHOT_NOT_FOUND, "snapshot " + snapshotCid + " not found in deployment " + deployment);
        }
        return tasks.run(TaskKind.DELETE_SNAPSHOT, "delete snapshot", deployment, requester, log -> {
            remove(snapshotCid, log);
            return "snapshot(s) " + snapshotCid + " deleted";
        });
    }

    private void require(String deployment) {
        if (deployments.find(deployment).isEmpty()) {
            throw RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + deployment + "' doesn't exist");
        }
    }

    /** The row goes last, so that a snapshot whose deletion failed is still known. */
    private void remove(String cid, TaskLog log) {
        store.find(cid).ifPresent(snapshot -> cpis.of(snapshot.cpi(), log).deleteSnapshot(cid));
        store.remove(cid);
    }
}
