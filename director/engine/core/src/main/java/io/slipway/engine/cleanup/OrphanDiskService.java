package io.slipway.engine.cleanup;

import io.slipway.cpi.CallContext;
import io.slipway.engine.Cpis;
import io.slipway.engine.OrphanDisks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.orphan.OrphanDiskStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orphan disks as callers see them, and their end. */
public final class OrphanDiskService implements OrphanDisks {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanDiskService.class);
    private static final Duration RETENTION = Duration.ofDays(5);
    private static final int DISK_NOT_FOUND = 100002;

    private final TaskRunner tasks;
    private final OrphanDiskStore store;
    private final Cpis cpis;
    private final Clock clock;

    public OrphanDiskService(TaskRunner tasks, OrphanDiskStore store, Cpis cpis, Clock clock) {
        this.tasks = tasks;
        this.store = store;
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
                        row.cpi()))
                .toList();
    }

    @Override
    public CompletionStage<Long> delete(String cid, Requester requester) {
        if (list().stream().noneMatch(disk -> disk.cid().equals(cid))) {
            throw new RequestRefused(404, DISK_NOT_FOUND, "Orphan disk '" + cid + "' doesn't exist");
        }
        return tasks.run("delete orphan disks", "", requester, log -> {
            log.stage("Deleting orphaned disks", 1)
                    .step("Deleting orphaned disk " + cid, () -> remove(cid, Cpis.asker(log)));
            return "orphaned disk(s) " + cid + " deleted";
        });
    }

    /** The row goes last, so that a disk whose deletion failed is still known. */
    void remove(String cid, CallContext asker) {
        store.find(cid).ifPresent(disk -> cpis.of(disk.cpi(), asker).deleteDisk(cid));
        store.remove(cid);
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
