package io.slipway.kubernetes;

import io.slipway.engine.Addresses;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.plan.PinnedInputs.PinnedRelease;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine as clusters see it, obeying its contracts, in memory. It can be told to let the director
 * die at the n-th call from outside: before the call has an effect, or after it and before its answer is heard.
 */
final class FakeWorld implements Deployments, Addresses {
    enum Death {
        BEFORE_EFFECT,
        AFTER_EFFECT
    }

    private final Map<String, Long> taskOfKey = new HashMap<>();
    private final Map<Long, Tasks.TaskRow> tasks = new LinkedHashMap<>();
    private final Map<String, String> manifests = new LinkedHashMap<>();
    private final Map<String, String> leases = new LinkedHashMap<>();
    final List<String> calls = new ArrayList<>();
    int freeAddresses = 100;
    boolean areTasksDone = true;

    @Nullable
    RequestRefused refusal;

    private int dieAt = Integer.MAX_VALUE;
    private Death death = Death.BEFORE_EFFECT;
    private Runnable onDeath = () -> {};

    synchronized void dieAt(int call, Death how, Runnable then) {
        dieAt = call;
        death = how;
        onDeath = then;
    }

    /** Does something from outside, unless the director dies over it: then no answer comes, ever. */
    private synchronized <T> CompletionStage<T> call(String name, Supplier<T> effect) {
        calls.add(name);
        boolean isDeath = calls.size() == dieAt;
        if (isDeath && death == Death.BEFORE_EFFECT) {
            onDeath.run();
            return new CompletableFuture<>();
        }
        RequestRefused refused = refusal;
        if (refused != null) {
            return CompletableFuture.failedStage(refused);
        }
        T result = effect.get();
        if (isDeath) {
            onDeath.run();
            return new CompletableFuture<>();
        }
        return CompletableFuture.completedStage(result);
    }

    @Override
    public CompletionStage<Long> deploy(DeployRequest request) {
        return call("deploy " + request.requestKey(), () -> {
            manifests.put(
                    request.deployment(),
                    Objects.requireNonNull(request.manifest()).yaml());
            return taskOfKey.computeIfAbsent(
                    request.requestKey(), key -> newTask("create " + key, request.deployment()));
        });
    }

    @Override
    public CompletionStage<Long> delete(String name, Deletion deletion, Requester requester) {
        if (!manifests.containsKey(name)) {
            calls.add("delete");
            return CompletableFuture.failedStage(
                    RequestRefused.notFound(70000, "Deployment '" + name + "' doesn't exist"));
        }
        return call("delete", () -> {
            if (areTasksDone) {
                manifests.remove(name);
            }
            return newTask(
                    "delete" + (deletion.deleteDisks() ? "" : ", disks stay") + (deletion.force() ? " by force" : ""),
                    name);
        });
    }

    private long newTask(String description, String deployment) {
        long id = tasks.size() + 1L;
        var state = areTasksDone ? Tasks.State.DONE : Tasks.State.PROCESSING;
        tasks.put(id, row(id, state, description, deployment, ""));
        return id;
    }

    private static Tasks.TaskRow row(long id, Tasks.State state, String description, String deployment, String result) {
        return new Tasks.TaskRow(
                id,
                TaskKind.UPDATE_DEPLOYMENT,
                state,
                description,
                "admin",
                deployment,
                "",
                result,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    synchronized void end(long task, Tasks.State state, String result) {
        Tasks.TaskRow present = tasks.get(task);
        if (present == null) {
            throw new IllegalStateException("there is no task " + task);
        }
        tasks.put(task, row(task, state, present.description(), present.deployment(), result));
        if (state == Tasks.State.DONE && present.description().startsWith("delete")) {
            manifests.remove(present.deployment());
        }
    }

    synchronized List<Tasks.TaskRow> allTasks() {
        return List.copyOf(tasks.values());
    }

    synchronized Map<String, String> leases() {
        return Map.copyOf(leases);
    }

    synchronized Map<String, String> manifests() {
        return Map.copyOf(manifests);
    }

    @Override
    public CompletionStage<String> reserve(String network, String key) {
        return call("reserve", () -> leases.computeIfAbsent(key, unknown -> "10.144.15." + (leases.size() + 1)));
    }

    @Override
    public CompletionStage<Void> release(String network, String key) {
        return call("release", () -> {
                    leases.remove(key);
                    return true;
                })
                .thenAccept(released -> {});
    }

    @Override
    public CompletionStage<Optional<Integer>> free(String network) {
        return CompletableFuture.completedStage(Optional.of(freeAddresses));
    }

    @Override
    public synchronized Optional<DeploymentRow> find(String name) {
        String manifest = manifests.get(name);
        return manifest == null
                ? Optional.empty()
                : Optional.of(new DeploymentRow(
                        name,
                        manifest,
                        new PinnedInputs(
                                ConfigIds.NONE,
                                List.of(new PinnedRelease("kubernetes", "latest", "1.37.2+slipway.1")),
                                List.of(),
                                Map.of(),
                                Map.of()),
                        "",
                        List.of(),
                        PinnedInputs.NONE));
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
    public synchronized List<DeploymentRow> list() {
        return manifests.keySet().stream().map(name -> find(name).orElseThrow()).toList();
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        return List.of(instance("worker", 0, "10.144.0.11"), instance("master", 0, "10.144.0.10"));
    }

    private static InstanceRow instance(String group, int index, String ip) {
        return new InstanceRow(
                group + index,
                "d",
                group,
                index,
                "z1",
                "started",
                "running",
                "vm",
                "agent",
                true,
                List.of(ip),
                List.of(),
                "medium",
                "s",
                index == 0,
                false,
                Map.of(),
                List.of(),
                "",
                "",
                "",
                List.of());
    }

    Tasks tasks() {
        return new Tasks() {
            @Override
            public Optional<TaskRow> find(long id) {
                synchronized (FakeWorld.this) {
                    return Optional.ofNullable(tasks.get(id));
                }
            }

            @Override
            public List<TaskRow> list(TaskFilter filter) {
                return allTasks();
            }

            @Override
            public byte[] output(long id, OutputType type, long fromByte) {
                return "".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public CompletionStage<Void> cancel(long id, Requester requester) {
                end(id, State.CANCELLED, "");
                return CompletableFuture.completedStage(null);
            }
        };
    }
}
