package io.slipway.engine.cluster;

import io.slipway.engine.LocalMessage;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ActorSystemDependentAllocationStrategy;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Gives shards to the director that has the fewest, and ends the hand-over of a shard whose director dies meanwhile.
 *
 * <p>Pekko's coordinator first has all directors acknowledge that a shard is about to move, and then asks the one that has it
 * to stop it. To the first it takes a death for the acknowledgement, and it then waits for the dead director until the
 * hand-over's whole time is over, in which nobody can reach the shard's entities. Here the death is told once more, to who
 * waits for it by then.
 */
public final class WatchedHandOvers implements ActorSystemDependentAllocationStrategy {
    /** The first is longer than {@code pekko.cluster.down-removal-margin}; what is told for nothing does no harm. */
    private static final Duration[] AFTER_A_DEATH = {
        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5)
    };

    private final ShardAllocationStrategy places;
    private final org.apache.pekko.actor.typed.ActorRef<Message> witness;

    private sealed interface Message extends LocalMessage {}

    private record Seen(Set<ActorRef> regions) implements Message {}

    private record Died(ActorRef region) implements Message {}

    private record TellAgain(ActorRef region) implements Message {}

    /** @param places decides where shards are to be */
    WatchedHandOvers(ActorSystem<?> system, String typeName, ShardAllocationStrategy places) {
        this.places = places;
        this.witness = system.systemActorOf(witness(typeName), "hand-overs-" + typeName, Props.empty());
    }

    /** The entity with its shards placed and watched like this, by the settings of the system. */
    public static <M, E> Entity<M, E> of(ActorSystem<?> system, Entity<M, E> entity) {
        var fewest = ClusterSharding.get(system).defaultShardAllocationStrategy(ClusterShardingSettings.create(system));
        return entity.withAllocationStrategy(
                new WatchedHandOvers(system, entity.typeKey().name(), fewest));
    }

    @Override
    public void start(org.apache.pekko.actor.ActorSystem system) {
        if (places instanceof ActorSystemDependentAllocationStrategy dependent) {
            dependent.start(system);
        }
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester,
            String shard,
            scala.collection.immutable.Map<ActorRef, scala.collection.immutable.IndexedSeq<String>> present) {
        see(present);
        return places.allocateShard(requester, shard, present);
    }

    @Override
    public Future<scala.collection.immutable.Set<String>> rebalance(
            scala.collection.immutable.Map<ActorRef, scala.collection.immutable.IndexedSeq<String>> present,
            scala.collection.immutable.Set<String> underWay) {
        see(present);
        return places.rebalance(present, underWay);
    }

    private void see(scala.collection.immutable.Map<ActorRef, scala.collection.immutable.IndexedSeq<String>> present) {
        witness.tell(new Seen(Set.copyOf(CollectionConverters.asJava(present).keySet())));
    }

    private static Behavior<Message> witness(String typeName) {
        var seen = new HashSet<ActorRef>();
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.receive(Message.class)
                .onMessage(Seen.class, now -> {
                    for (ActorRef region : now.regions()) {
                        if (seen.add(region)) {
                            context.watchWith(Adapter.toTyped(region), new Died(region));
                        }
                    }
                    return Behaviors.same();
                })
                .onMessage(Died.class, died -> {
                    seen.remove(died.region());
                    tellAgainLater(timers, died.region());
                    return Behaviors.same();
                })
                .onMessage(TellAgain.class, again -> {
                    Adapter.toClassic(context.getSystem())
                            .actorSelection("/system/sharding/" + typeName + "Coordinator/singleton/coordinator/*")
                            .tell(deathOf(again.region()), ActorRef.noSender());
                    return Behaviors.same();
                })
                .build()));
    }

    private static void tellAgainLater(TimerScheduler<Message> timers, ActorRef region) {
        for (Duration pause : AFTER_A_DEATH) {
            timers.startSingleTimer(region + " after " + pause, new TellAgain(region), pause);
        }
    }

    /** What the coordinator tells those that carry out a hand-over; Java's compiler has no name for the class. */
    private static Object deathOf(ActorRef region) {
        try {
            return Class.forName(
                            "org.apache.pekko.cluster.sharding.ShardCoordinator$RebalanceWorker$ShardRegionTerminated")
                    .getConstructor(ActorRef.class)
                    .newInstance(region);
        } catch (ReflectiveOperationException absent) {
            throw new IllegalStateException("this version of Pekko hands shards over in another way", absent);
        }
    }
}
