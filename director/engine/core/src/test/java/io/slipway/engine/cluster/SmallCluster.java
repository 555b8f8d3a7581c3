package io.slipway.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.RARP;
import org.apache.pekko.remote.transport.ThrottlerTransportAdapter;
import scala.concurrent.Await;

/** Actor systems that are one cluster, with the engine's configuration; one of them can be cut off from the others. */
final class SmallCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<ActorSystem<Void>> systems = new ArrayList<>();

    /** Something that becomes true. */
    @FunctionalInterface
    interface Condition {
        boolean isMet() throws Exception;
    }

    /** @param settings laid over the engine's */
    SmallCluster(int size, String settings) throws Exception {
        for (int i = 0; i < size; i++) {
            systems.add(start(settings));
        }
        await(() -> systems.stream().allMatch(system -> up(system) == size));
    }

    ActorSystem<Void> system(int number) {
        return systems.get(number);
    }

    List<ActorSystem<Void>> systems() {
        return systems;
    }

    static String address(ActorSystem<?> system) {
        return Cluster.get(system).selfMember().address().toString();
    }

    private ActorSystem<Void> start(String settings) {
        var config = ConfigFactory.parseString("""
                        pekko.remote.artery {
                          transport = tcp
                          canonical { hostname = 127.0.0.1, port = 0 }
                          advanced.test-mode = on
                        }
                        """)
                .withFallback(ConfigFactory.parseString(settings))
                .withFallback(ConfigFactory.parseResources("slipway-engine.conf"))
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "small", config.resolve());
        var first = systems.isEmpty() ? system : systems.getFirst();
        Cluster.get(system)
                .manager()
                .tell(Join.create(Cluster.get(first).selfMember().address()));
        return system;
    }

    private static long up(ActorSystem<?> system) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(MemberStatus.up()))
                .count();
    }

    /** Nothing goes between it and the others any more. */
    void cutOff(ActorSystem<?> system) throws Exception {
        // An object of Scala's that Java has no name for.
        var direction = (ThrottlerTransportAdapter.Direction)
                Class.forName("org.apache.pekko.remote.transport.ThrottlerTransportAdapter$Direction$Both$")
                        .getField("MODULE$")
                        .get(null);
        var transport = ((RARP) RARP.get(system.classicSystem())).provider().transport();
        for (var other : systems) {
            if (other != system) {
                Await.result(
                        transport.managementCommand(new ThrottlerTransportAdapter.SetThrottle(
                                other.address(), direction, ThrottlerTransportAdapter.Blackhole$.MODULE$)),
                        scala.concurrent.duration.Duration.create(5, TimeUnit.SECONDS));
            }
        }
    }

    static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.isMet()) {
            assertThat(System.nanoTime()).as("within " + PATIENCE).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void close() throws Exception {
        for (var system : systems) {
            system.terminate();
        }
        for (var system : systems) {
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }
}
