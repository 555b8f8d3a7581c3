package io.slipway.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.slipway.engine.RemoteMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.RARP;
import org.apache.pekko.remote.transport.ThrottlerTransportAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.concurrent.Await;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

class WatchedHandOversTest {
    private static final EntityTypeKey<Where> KEY = EntityTypeKey.create(Where.class, "Somewhere");
    private static final String ENTITY = "x";
    private static final Duration HAND_OVER = Duration.ofSeconds(90);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<ActorSystem<Void>> systems = new ArrayList<>();
    private final Orders orders = new Orders();

    /** Asks where an entity is. */
    record Where(ActorRef<String> replyTo) implements RemoteMessage {}

    /** Places the shards where the test says, and moves one when the test says so. */
    private static final class Orders implements ShardAllocationStrategy {
        private final AtomicReference<String> home = new AtomicReference<>("");
        private final AtomicReference<String> toMove = new AtomicReference<>("");

        @Override
        public Future<org.apache.pekko.actor.ActorRef> allocateShard(
                org.apache.pekko.actor.ActorRef requester,
                String shard,
                scala.collection.immutable.Map<
                                org.apache.pekko.actor.ActorRef, scala.collection.immutable.IndexedSeq<String>>
                        present) {
            var regions = CollectionConverters.asJava(present).keySet();
            return Future.successful(regions.stream()
                    .filter(region -> region.path().address().toString().equals(home.get()))
                    .findFirst()
                    .orElse(regions.iterator().next()));
        }

        @Override
        public Future<scala.collection.immutable.Set<String>> rebalance(
                scala.collection.immutable.Map<
                                org.apache.pekko.actor.ActorRef, scala.collection.immutable.IndexedSeq<String>>
                        present,
                scala.collection.immutable.Set<String> underWay) {
            String shard = toMove.getAndSet("");
            var moving = new ArrayList<String>();
            if (!shard.isEmpty()) {
                moving.add(shard);
            }
            return Future.successful(CollectionConverters.asScala(moving).toSet());
        }
    }

    @AfterEach
    void terminate() throws Exception {
        for (var system : systems) {
            system.terminate();
        }
        for (var system : systems) {
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_shard_whose_director_dies_before_it_acknowledges_the_hand_over_is_elsewhere_at_once() throws Exception {
        for (int i = 0; i < 3; i++) {
            systems.add(start());
        }
        await(() -> systems.stream().allMatch(system -> up(system) == 3));
        var dying = systems.get(2);
        String home = Cluster.get(dying).selfMember().address().toString();
        orders.home.set(home);
        await(() -> whereIs(systems.get(0)).equals(home));

        cutOff(dying);
        orders.home.set("");
        orders.toMove.set(shard());

        long begin = System.nanoTime();
        await(() -> {
            String place = whereIs(systems.get(1));
            return !place.isEmpty() && !place.equals(home);
        });
        assertThat(orders.toMove.get())
                .as("the order to move the shard was taken")
                .isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(HAND_OVER.dividedBy(3));
    }

    private static String shard() {
        return Integer.toString(Math.abs(ENTITY.hashCode() % 100));
    }

    private ActorSystem<Void> start() {
        var config = ConfigFactory.parseString("""
                        pekko.remote.artery {
                          transport = tcp
                          canonical { hostname = 127.0.0.1, port = 0 }
                          advanced.test-mode = on
                        }
                        pekko.cluster.sharding.rebalance-interval = 100ms
                        pekko.cluster.sharding.handoff-timeout = %ds
                        """.formatted(HAND_OVER.toSeconds()))
                .withFallback(ConfigFactory.parseResources("slipway-engine.conf"))
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "handovers", config.resolve());
        var first = systems.isEmpty() ? system : systems.getFirst();
        Cluster.get(system)
                .manager()
                .tell(Join.create(Cluster.get(first).selfMember().address()));
        ClusterSharding.get(system)
                .init(Entity.of(
                                KEY,
                                context -> Behaviors.receiveMessage(where -> {
                                    where.replyTo()
                                            .tell(Cluster.get(system)
                                                    .selfMember()
                                                    .address()
                                                    .toString());
                                    return Behaviors.same();
                                }))
                        .withAllocationStrategy(new WatchedHandOvers(system, KEY.name(), orders)));
        return system;
    }

    private static long up(ActorSystem<?> system) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(MemberStatus.up()))
                .count();
    }

    /** Empty where it does not answer soon. */
    private static String whereIs(ActorSystem<?> system) throws Exception {
        CompletionStage<String> answer =
                ClusterSharding.get(system).entityRefFor(KEY, ENTITY).ask(Where::new, Duration.ofSeconds(1));
        try {
            return answer.toCompletableFuture().get(2, TimeUnit.SECONDS);
        } catch (ExecutionException silence) {
            return "";
        }
    }

    private void cutOff(ActorSystem<?> system) throws Exception {
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

    private interface Condition {
        boolean isMet() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.isMet()) {
            assertThat(System.nanoTime()).as("within " + PATIENCE).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
