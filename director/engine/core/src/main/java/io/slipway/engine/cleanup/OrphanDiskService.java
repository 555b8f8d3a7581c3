package io.slipway.engine.cleanup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Cpis;
import io.slipway.engine.OrphanDisks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.store.snapshot.SnapshotStore;
import io.slipway.store.snapshot.SnapshotStore.SnapshotRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orphan disks as callers see them, and their end. */
public final class OrphanDiskService implements OrphanDisks {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanDiskService.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration RETENTION = Duration.ofDays(5);
    private static final int DISK_NOT_FOUND = 100002;

    private final TaskRunner tasks;
    private final OrphanDiskStore store;
    private final SnapshotStore snapshots;
    private final Cpis cpis;
    private final Clock clock;

    public OrphanDiskService(TaskRunner tasks, OrphanDiskStore store, SnapshotStore snapshots, Cpis cpis, Clock clock) {
        this.tasks = tasks;
        this.store = store;
        this.snapshots = snapshots;
        this.cpis = cpis;
        this.clock = clock;
    }

    @Override
    public List<OrphanDisk> list() {
        return store.list().stream()
                .map(row -> new OrphanDisk(
                        row.cid(),
                        row.sizeMb(),
                        row.deployment(),
                        row.instance(),
                        row.az(),
                        Instant.ofEpochMilli(row.orphanedAt()),
                        row.cpi(),
                        properties(row)))
                .toList();
    }

    @Override
    public CompletionStage<Long> delete(String cid, Requester requester) {
        if (list().stream().noneMatch(disk -> disk.cid().equals(cid))) {
            throw RequestRefused.notFound(DISK_NOT_FOUND, "Orphan disk '" + cid + "' doesn't exist");
        }
        return tasks.run(TaskKind.DELETE_ORPHAN_DISKS, "delete orphan disks", "", requester, log -> {
            log.stage("Deleting orphaned disks", 1)
                    .step("Deleting orphaned disk " + cid, () -> remove(cid, Cpis.asker(log)));
            return "orphaned disk(s) " + cid + " deleted";
        });
    }

    /** With its snapshots. The rows go last, so that what could not be deleted is still known. */
    void remove(String cid, CallContext asker) {
        store.find(cid).ifPresent(disk -> delete(cid, cpis.of(disk.cpi(), asker)));
        store.remove(cid);
    }

    private void delete(String cid, Cpi cpi) {
        for (SnapshotRow snapshot : snapshots.of(List.of(cid))) {
            cpi.deleteSnapshot(snapshot.cid());
            snapshots.remove(snapshot.cid());
        }
        cpi.deleteDisk(cid);
    }

    private static Map<String, Object> properties(OrphanDiskRow row) {
        try {
            return JSON.readValue(row.cloudProperties(), new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("the row of orphan disk " + row.cid() + " does not parse", broken);
        }
    }

    /** Deletes those that nobody wanted back in time; to be called now and then. */
    public void removeExpired() {
        var limit = clock.instant().minus(RETENTION);
        for (OrphanDisk disk : list()) {
            if (disk.orphanedAt().isBefore(limit)) {
                try {
                    remove(disk.cid(), CallContext.SILENT);
                    LOG.info("orphan disk {} of {} is deleted after {}", disk.cid(), disk.instance(), RETENTION);
                } catch (RuntimeException failure) {
                    LOG.warn("orphan disk {} cannot be deleted: {}", disk.cid(), failure.getMessage());
                }
            }
        }
    }
}
