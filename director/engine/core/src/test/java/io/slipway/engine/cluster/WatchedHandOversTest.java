package io.slipway.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.RemoteMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.junit.jupiter.api.Test;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

class WatchedHandOversTest {
    private static final EntityTypeKey<Where> KEY = EntityTypeKey.create(Where.class, "Somewhere");
    private static final String ENTITY = "x";
    private static final Duration HAND_OVER = Duration.ofSeconds(90);

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

    @Test
    void a_shard_whose_director_dies_before_it_acknowledges_the_hand_over_is_elsewhere_at_once() throws Exception {
        String settings = "pekko.cluster.sharding { rebalance-interval = 100ms, handoff-timeout = %ds }"
                .formatted(HAND_OVER.toSeconds());
        try (var cluster = new SmallCluster(3, settings)) {
            cluster.systems().forEach(this::shard);
            var dying = cluster.system(2);
            String home = SmallCluster.address(dying);
            orders.home.set(home);
            SmallCluster.await(() -> whereIs(cluster.system(0)).equals(home));

            cluster.cutOff(dying);
            orders.home.set("");
            orders.toMove.set(shard());

            long begin = System.nanoTime();
            SmallCluster.await(() -> {
                String place = whereIs(cluster.system(1));
                return !place.isEmpty() && !place.equals(home);
            });
            assertThat(orders.toMove.get())
                    .as("the order to move the shard was taken")
                    .isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(HAND_OVER.dividedBy(3));
        }
    }

    private static String shard() {
        return Integer.toString(Math.abs(ENTITY.hashCode() % 100));
    }

    private void shard(ActorSystem<?> system) {
        ClusterSharding.get(system)
                .init(Entity.of(
                                KEY,
                                context -> Behaviors.<Where>receiveMessage(where -> {
                                    where.replyTo().tell(SmallCluster.address(system));
                                    return Behaviors.same();
                                }))
                        .withAllocationStrategy(new WatchedHandOvers(system, KEY.name(), orders)));
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
}
