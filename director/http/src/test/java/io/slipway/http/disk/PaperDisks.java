package io.slipway.http.disk;

import io.slipway.engine.DiskChanges;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.OrphanDisks;
import io.slipway.engine.Requester;
import io.slipway.engine.Snapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes down what it is asked; every request is a task of the next number. */
final class PaperDisks implements DiskChanges, OrphanDisks {
    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    final List<Object> asked = new ArrayList<>();

    @Override
    public CompletionStage<Long> attach(Attachment attachment, Requester requester) {
        return task(attachment);
    }

    @Override
    public CompletionStage<Long> orphan(String diskCid, Requester requester) {
        return task("orphan " + diskCid);
    }

    @Override
    public List<OrphanDisk> list() {
        return List.of(new OrphanDisk("d;1", 64, "dep", "web/u", "z1", NOON, "", Map.of("type", "ssd")));
    }

    @Override
    public CompletionStage<Long> delete(String cid, Requester requester) {
        return task("delete " + cid);
    }

    private CompletionStage<Long> task(Object request) {
        asked.add(request);
        return CompletableFuture.completedStage((long) asked.size());
    }

    /** The snapshots of these disks. */
    final class PaperSnapshots implements Snapshots {
        @Override
        public List<Snapshot> list(String deployment) {
            return List.of(
                    new Snapshot("s1", "web", 0, "u0", NOON, false), new Snapshot("s2", "web", 1, "u1", NOON, true));
        }

        @Override
        public CompletionStage<Long> take(String deployment, Requester requester) {
            return task("snapshots of " + deployment);
        }

        @Override
        public CompletionStage<Long> take(String deployment, InstanceFilter instance, Requester requester) {
            return task("snapshot of " + deployment + " " + instance);
        }

        @Override
        public CompletionStage<Long> delete(String deployment, String snapshotCid, Requester requester) {
            return task("delete snapshot " + snapshotCid + " of " + deployment);
        }

        @Override
        public CompletionStage<Long> delete(String deployment, Requester requester) {
            return task("delete snapshots of " + deployment);
        }
    }
}
