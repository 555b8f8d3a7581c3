package io.slipway.http.kubernetes;

import static java.util.Objects.requireNonNull;

import io.slipway.engine.Addresses;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks;
import io.slipway.engine.plan.PinnedInputs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** An engine whose deployments are there as soon as they are asked for. */
final class PaperEngine implements Deployments, Addresses {
    private static final PinnedInputs INPUTS = new PinnedInputs(
            ConfigIds.NONE,
            List.of(new PinnedInputs.PinnedRelease("kubernetes", "latest", "1.37.2+slipway.1")),
            List.of(),
            Map.of(),
            Map.of());

    private final Map<String, String> manifests = new ConcurrentHashMap<>();
    private final Map<String, Long> keys = new ConcurrentHashMap<>();
    private final AtomicLong lastTask = new AtomicLong();

    @Override
    public CompletionStage<Long> deploy(DeployRequest request) {
        manifests.put(request.deployment(), requireNonNull(request.manifest()).yaml());
        return CompletableFuture.completedStage(
                keys.computeIfAbsent(request.requestKey(), key -> lastTask.incrementAndGet()));
    }

    @Override
    public CompletionStage<Long> delete(String name, Deletion deletion, Requester requester) {
        manifests.remove(name);
        return CompletableFuture.completedStage(lastTask.incrementAndGet());
    }

    @Override
    public CompletionStage<Long> change(InstanceRequest request, Requester requester) {
        throw new UnsupportedOperationException("no test changes instances");
    }

    @Override
    public CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester) {
        throw new UnsupportedOperationException("no test exports releases");
    }

    @Override
    public CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester) {
        throw new UnsupportedOperationException("no test runs errands");
    }

    @Override
    public CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored) {
        throw new UnsupportedOperationException("no test ignores instances");
    }

    @Override
    public List<DeploymentRow> list() {
        return manifests.keySet().stream().map(name -> find(name).orElseThrow()).toList();
    }

    @Override
    public Optional<DeploymentRow> find(String name) {
        return Optional.ofNullable(manifests.get(name))
                .map(manifest -> new DeploymentRow(name, manifest, INPUTS, "", List.of(), PinnedInputs.NONE));
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        return List.of(new InstanceRow(
                "i",
                deployment,
                "master",
                0,
                "z1",
                "started",
                "running",
                "vm",
                "agent",
                true,
                List.of("10.144.0.10"),
                List.of(),
                "medium",
                "s",
                true,
                false,
                Map.of(),
                List.of(),
                "",
                "",
                "",
                List.of()));
    }

    @Override
    public CompletionStage<String> reserve(String network, String key) {
        return CompletableFuture.completedStage("10.144.15.1");
    }

    @Override
    public CompletionStage<Void> release(String network, String key) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Optional<Integer>> free(String network) {
        return CompletableFuture.completedStage(Optional.of(100));
    }

    Tasks tasks() {
        return new Tasks() {
            @Override
            public Optional<TaskRow> find(long id) {
                return id > lastTask.get()
                        ? Optional.empty()
                        : Optional.of(new TaskRow(
                                id,
                                TaskKind.UPDATE_DEPLOYMENT,
                                State.DONE,
                                "task",
                                "admin",
                                "",
                                "",
                                "",
                                Instant.EPOCH,
                                Instant.EPOCH));
            }

            @Override
            public List<TaskRow> list(TaskFilter filter) {
                return List.of();
            }

            @Override
            public byte[] output(long id, OutputType type, long fromByte) {
                return new byte[0];
            }

            @Override
            public CompletionStage<Void> cancel(long id, Requester requester) {
                return CompletableFuture.completedStage(null);
            }
        };
    }
}
