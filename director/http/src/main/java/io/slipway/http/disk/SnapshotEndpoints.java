package io.slipway.http.disk;

import io.slipway.engine.InstanceFilter;
import io.slipway.engine.Snapshots;
import io.slipway.engine.Snapshots.Snapshot;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Snapshots of a deployment's persistent disks. */
public final class SnapshotEndpoints extends Feature {
    private final Snapshots snapshots;

    public SnapshotEndpoints(Snapshots snapshots, Executor blocking) {
        super(blocking);
        this.snapshots = snapshots;
    }

    @Override
    public List<Endpoint> endpoints() {
        String all = "/deployments/{name}/snapshots";
        String ofInstance = "/deployments/{name}/jobs/{job}/{instance}/snapshots";
        return List.of(
                Endpoint.get(all, answer(call -> list(call, snapshot -> true))),
                Endpoint.get(ofInstance, answer(call -> list(call, isOf(instance(call))))),
                Endpoint.post(all, task(call -> snapshots.take(call.path("name"), call.requester()))),
                Endpoint.post(
                        ofInstance, task(call -> snapshots.take(call.path("name"), instance(call), call.requester()))),
                Endpoint.delete(all, task(call -> snapshots.delete(call.path("name"), call.requester()))),
                Endpoint.delete(
                        all + "/{cid}",
                        task(call -> snapshots.delete(call.path("name"), call.path("cid"), call.requester()))));
    }

    private HttpResponse list(Call call, Predicate<Snapshot> isMeant) {
        return Answers.json(snapshots.list(call.path("name")).stream()
                .filter(isMeant)
                .map(SnapshotEndpoints::shape)
                .toList());
    }

    private static InstanceFilter instance(Call call) {
        return InstanceFilter.of(call.path("job"), call.path("instance"));
    }

    private static Predicate<Snapshot> isOf(InstanceFilter instance) {
        return snapshot -> instance.matches(snapshot.instanceGroup(), snapshot.index(), snapshot.instanceId());
    }

    private static Map<String, Object> shape(Snapshot snapshot) {
        return Answers.map(
                "job", snapshot.instanceGroup(),
                "index", snapshot.index(),
                "uuid", snapshot.instanceId(),
                "snapshot_cid", snapshot.cid(),
                "created_at", DiskEndpoints.time(snapshot.createdAt()),
                "clean", snapshot.isClean());
    }
}
