package io.slipway.engine.cluster;

import io.slipway.engine.LocalMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The one director of a cluster that does what is to be done once for all of them, such as to wake the entities whose
 * director has died. Another one takes its place when it goes.
 */
public final class Caretaker {
    /** After a member came or went, entities move for a while: they are woken at once and some more times. */
    private static final Duration[] AFTER_A_CHANGE = {
        Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10)
    };

    private static final Duration OPEN_WORK = Duration.ofSeconds(1);
    private static final Duration ALL = Duration.ofMinutes(1);

    private final AtomicBoolean isHere = new AtomicBoolean();
    private final List<Duties> duties = new CopyOnWriteArrayList<>();

    /** What it does by itself; calls must not block. */
    public interface Duties {
        /** What is under way is to go on wherever it is now. */
        void wakeOpenWork();

        /** All entities are to be there, whoever died with them. */
        void wakeAll();
    }

    private sealed interface Message extends LocalMessage {}

    private record Open() implements Message {}

    private record Everything() implements Message {}

    private record Changed() implements Message {}

    /** The cluster's singleton is ended by it when another director takes over. */
    private record Leave() implements Message {}

    private Caretaker(Duties first) {
        duties.add(first);
    }

    /** Starts it, on whichever node it is to be. */
    public static Caretaker start(ActorSystem<?> system, Duties duties) {
        var caretaker = new Caretaker(duties);
        ClusterSingleton.get(system)
                .init(SingletonActor.of(caretaker.behavior(), "caretaker").withStopMessage(new Leave()));
        return caretaker;
    }

    /** Has more to do from now on, to be said on every node, and begins with it. */
    public void also(Duties more) {
        duties.add(more);
        if (isHere()) {
            more.wakeAll();
        }
    }

    /** Whether it is on this node. */
    public boolean isHere() {
        return isHere.get();
    }

    private Behavior<Message> behavior() {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            isHere.set(true);
            context.getLog().info("this director is the caretaker");
            Cluster.get(context.getSystem())
                    .subscriptions()
                    .tell(Subscribe.create(
                            context.messageAdapter(MemberEvent.class, event -> new Changed()), MemberEvent.class));
            timers.startTimerWithFixedDelay(new Open(), OPEN_WORK);
            timers.startTimerWithFixedDelay(new Everything(), ALL);
            return Behaviors.receive(Message.class)
                    .onMessage(Open.class, open -> {
                        duties.forEach(Duties::wakeOpenWork);
                        return Behaviors.same();
                    })
                    .onMessage(Everything.class, all -> {
                        duties.forEach(Duties::wakeAll);
                        return Behaviors.same();
                    })
                    .onMessage(Changed.class, changed -> {
                        for (Duration pause : AFTER_A_CHANGE) {
                            timers.startSingleTimer("after " + pause, new Everything(), pause);
                        }
                        return Behaviors.same();
                    })
                    .onMessage(Leave.class, leave -> Behaviors.stopped())
                    .onSignal(PostStop.class, stopped -> {
                        isHere.set(false);
                        return Behaviors.same();
                    })
                    .build();
        }));
    }
}
