package io.slipway.http.network;

import io.slipway.engine.Cpis;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.network.ManagedNetworkService.OrphanedNetwork;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Networks that the director made. As with BOSH, only those that no deployment uses are listed. */
public final class NetworkEndpoints extends Feature {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    private static final int INVALID_VALUE = 40005;

    private final ManagedNetworkService networks;
    private final TaskRunner tasks;

    public NetworkEndpoints(ManagedNetworkService networks, TaskRunner tasks, Executor blocking) {
        super(blocking);
        this.networks = networks;
        this.tasks = tasks;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/networks", answer(this::list)), Endpoint.delete("/networks/{name}", task(this::delete)));
    }

    private HttpResponse list(Call call) {
        if (!call.flag("orphaned")) {
            throw RequestRefused.invalid(
                    INVALID_VALUE,
                    "orphaned is '" + call.query("orphaned", "") + "': expected true; other networks are not listed");
        }
        return Answers.json(
                networks.orphaned().stream().map(NetworkEndpoints::shape).toList());
    }

    private CompletionStage<Long> delete(Call call) {
        String name = call.path("name");
        networks.requireOrphan(name);
        return tasks.run(TaskKind.DELETE_ORPHAN_NETWORKS, "delete orphan networks", "", call.requester(), log -> {
            log.stage("Deleting orphaned networks", 1)
                    .step("Deleting orphaned network " + name, () -> networks.remove(name, Cpis.asker(log)));
            return "orphaned network(s) " + name + " deleted";
        });
    }

    private static Map<String, Object> shape(OrphanedNetwork network) {
        return Answers.map(
                "name", network.name(),
                "type", network.type(),
                "created_at", TIME.format(network.createdAt()),
                "orphaned_at", TIME.format(network.orphanedAt()));
    }
}
