package io.slipway.health.watch;

import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Repairs;
import io.slipway.engine.Tasks;
import io.slipway.engine.agent.AgentSessions;
import io.slipway.health.liveness.CertificateRules.Certificate;
import io.slipway.health.liveness.LivenessSettings;
import io.slipway.health.plugin.Plugins;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;

/** One director's part: one of them runs the cluster's monitor, and each tells it of the streams that it holds. */
public final class MonitorNode implements AutoCloseable {
    private final Heartbeats heartbeats;

    /**
     * What it is given of the world around it.
     *
     * @param instances rows of all instances
     * @param certificates of deployments, and the director's own
     * @param orphans cids of VMs that outlived their instances, and are kept for a while
     */
    public record Surroundings(
            Deployments deployments,
            Supplier<List<InstanceRow>> instances,
            Tasks tasks,
            Repairs repairs,
            Cpis cpis,
            Audit audit,
            Supplier<List<Certificate>> certificates,
            Supplier<Set<String>> orphans,
            AlertMemory memory,
            AgentSessions sessions,
            Executor blocking,
            Clock clock) {}

    private MonitorNode(Heartbeats heartbeats) {
        this.heartbeats = heartbeats;
    }

    public static MonitorNode start(
            ActorSystem<?> system, Surroundings given, LivenessSettings settings, Plugins plugins) {
        var hands = new Monitor.Hands(
                new Inventory(given.deployments(), given.tasks(), given.repairs()),
                new Infrastructure(given.cpis()),
                new RepairDesk(given.repairs(), given.audit(), given.clock()),
                new Inspector(given.certificates(), given.instances(), given.orphans(), given.cpis()),
                given.memory(),
                plugins::tell,
                given.blocking(),
                given.clock());
        ActorRef<MonitorMessage> monitor = ClusterSingleton.get(system)
                .init(SingletonActor.of(Monitor.of(hands, settings), "health-monitor")
                        .withStopMessage(new MonitorMessage.Leave()));
        var node = new MonitorNode(Heartbeats.start(given.instances(), plugins, given.clock()));
        given.sessions().tell(new StreamNews(monitor::tell, node.heartbeats, given.clock()));
        return node;
    }

    @Override
    public void close() {
        heartbeats.close();
    }
}
