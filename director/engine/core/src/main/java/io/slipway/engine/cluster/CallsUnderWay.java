package io.slipway.engine.cluster;

import io.slipway.engine.RemoteMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.ActorIdentity;
import org.apache.pekko.actor.Identify;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.Patterns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each director has asked of infrastructures and was not answered yet. Work moves from a director to another one, at the
 * latest when a hand-over's time is up, and a call may last longer than that: whoever asks the same of a thing waits until the
 * one before is answered, or its director is no member any more. That is enough because a thing has one owner: a director from
 * which the work has gone begins nothing new.
 */
public final class CallsUnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(CallsUnderWay.class);
    private static final String NAME = "calls-under-way";
    private static final Duration SILENCE = Duration.ofMillis(1500);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Map<String, Integer> here = new ConcurrentHashMap<>();
    /** Who answers there; empty for a director of a release that does not know the question. */
    private final Map<UniqueAddress, Optional<ActorRef<IsUnderWay>>> known = new ConcurrentHashMap<>();

    private volatile Optional<ActorSystem<?>> cluster = Optional.empty();

    /** Whether there is a call of this thing. */
    record IsUnderWay(String thing, ActorRef<Answer> replyTo) implements RemoteMessage {}

    record Answer(boolean isUnderWay) implements RemoteMessage {}

    /** Answers the others from now on, and asks them. */
    public void share(ActorSystem<?> system) {
        system.systemActorOf(
                Behaviors.<IsUnderWay>receiveMessage(question -> {
                    question.replyTo().tell(new Answer(here.containsKey(question.thing())));
                    return Behaviors.same();
                }),
                NAME,
                Props.empty());
        cluster = Optional.of(system);
    }

    /**
     * Makes a call while no other director makes one of any of these things. Blocks.
     *
     * @param call begins once that is so
     */
    public <T> T alone(Collection<String> things, Callable<T> call) throws Exception {
        for (String thing : things) {
            awaitOthers(thing);
        }
        things.forEach(thing -> here.merge(thing, 1, Integer::sum));
        try {
            return call.call();
        } finally {
            things.forEach(thing -> here.computeIfPresent(thing, (same, calls) -> calls == 1 ? null : calls - 1));
        }
    }

    private void awaitOthers(String thing) throws InterruptedException {
        if (cluster.isEmpty()) {
            return;
        }
        var system = cluster.get();
        known.keySet()
                .retainAll(members(system).stream().map(Member::uniqueAddress).toList());
        boolean isTold = false;
        for (Member other : others(system)) {
            while (isMember(system, other)) {
                var answer = ask(system, other, thing);
                if (answer.isPresent()) {
                    if (!answer.get().isUnderWay()) {
                        break;
                    }
                    if (!isTold) {
                        isTold = true;
                        LOG.info("a call of {} on {} is waited for", thing, other.address());
                    }
                    TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                }
            }
        }
    }

    /** Empty for a silence. */
    private Optional<Answer> ask(ActorSystem<?> system, Member other, String thing) {
        try {
            var there = known.get(other.uniqueAddress());
            if (there == null) {
                there = find(system, other);
                known.put(other.uniqueAddress(), there);
            }
            if (there.isEmpty()) {
                return Optional.of(new Answer(false));
            }
            CompletionStage<Answer> answer =
                    AskPattern.ask(there.get(), replyTo -> new IsUnderWay(thing, replyTo), SILENCE, system.scheduler());
            return Optional.of(answer.toCompletableFuture().join());
        } catch (CompletionException silence) {
            if (silence.getCause() instanceof TimeoutException) {
                return Optional.empty();
            }
            throw silence;
        }
    }

    private static Optional<ActorRef<IsUnderWay>> find(ActorSystem<?> system, Member other) {
        var selection = Adapter.toClassic(system).actorSelection(other.address() + "/system/" + NAME);
        var identity = (ActorIdentity) Patterns.ask(selection, new Identify(NAME), SILENCE)
                .toCompletableFuture()
                .join();
        return identity.getActorRef().map(Adapter::toTyped);
    }

    private static List<Member> others(ActorSystem<?> system) {
        var self = Cluster.get(system).selfMember().uniqueAddress();
        return members(system).stream()
                .filter(member -> !member.uniqueAddress().equals(self))
                .toList();
    }

    private static List<Member> members(ActorSystem<?> system) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .toList();
    }

    private static boolean isMember(ActorSystem<?> system, Member other) {
        return members(system).stream()
                .anyMatch(member -> member.uniqueAddress().equals(other.uniqueAddress()));
    }
}
