package io.slipway.engine.cluster;

import io.slipway.engine.RemoteMessage;
import java.time.Duration;
import java.util.ArrayList;
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
 * latest when a hand-over's time is up, and a call may last longer than that: whoever asks something about a thing waits until
 * nobody else waits for an answer about it, or its director is no member any more.
 *
 * <p>A director claims a thing before it asks the others, so that of two that want the same at least one sees the other. Where
 * each only claims it, the one with the lower address goes first: the other one takes back what it claims.
 */
public final class CallsUnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(CallsUnderWay.class);
    private static final String NAME = "calls-under-way";
    private static final Duration SILENCE = Duration.ofMillis(1500);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration GLANCE = Duration.ofMillis(20);

    private final Map<String, Stage> here = new ConcurrentHashMap<>();
    /** Who answers there; empty for a director of a release that does not know the question. */
    private final Map<UniqueAddress, Optional<ActorRef<IsUnderWay>>> known = new ConcurrentHashMap<>();

    private volatile Optional<ActorSystem<?>> cluster = Optional.empty();

    private enum Stage {
        CLAIMED,
        BEGUN
    }

    /** Whether there is a call of this thing. */
    record IsUnderWay(String thing, ActorRef<Answer> replyTo) implements RemoteMessage {}

    /** @param isClaimed that there may be one soon */
    record Answer(boolean isUnderWay, boolean isClaimed) implements RemoteMessage {
        static final Answer NO = new Answer(false, false);
    }

    /** Answers the others from now on, and asks them. */
    public void share(ActorSystem<?> system) {
        system.systemActorOf(
                Behaviors.<IsUnderWay>receiveMessage(question -> {
                    var stage = here.get(question.thing());
                    question.replyTo().tell(new Answer(stage == Stage.BEGUN, stage == Stage.CLAIMED));
                    return Behaviors.same();
                }),
                NAME,
                Props.empty());
        cluster = Optional.of(system);
    }

    /**
     * Makes a call while nobody else makes one about any of these things, here or on another director. Blocks.
     *
     * @param call begins once that is so
     * @throws InterruptedException also while it waits for others
     */
    public <T> T alone(List<String> things, Callable<T> call) throws Exception {
        boolean isTold = false;
        Optional<String> obstacle = claim(things);
        while (obstacle.isPresent()) {
            if (!isTold) {
                isTold = true;
                LOG.info("{} is waited for", obstacle.get());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            obstacle = claim(things);
        }
        try {
            return call.call();
        } finally {
            things.forEach(here::remove);
        }
    }

    /** Who is in the way; where nobody is, calls of all these things count as begun. */
    private Optional<String> claim(List<String> things) throws InterruptedException {
        var claimed = new ArrayList<String>();
        boolean isBegun = false;
        try {
            for (String thing : things) {
                if (here.putIfAbsent(thing, Stage.CLAIMED) != null) {
                    return Optional.of("a call of " + thing + " on this director");
                }
                claimed.add(thing);
            }
            var obstacle = obstacleElsewhere(things);
            if (obstacle.isEmpty()) {
                things.forEach(thing -> here.put(thing, Stage.BEGUN));
                isBegun = true;
            }
            return obstacle;
        } finally {
            if (!isBegun) {
                claimed.forEach(here::remove);
            }
        }
    }

    private Optional<String> obstacleElsewhere(List<String> things) throws InterruptedException {
        if (cluster.isEmpty()) {
            return Optional.empty();
        }
        var system = cluster.get();
        known.keySet()
                .retainAll(members(system).stream().map(Member::uniqueAddress).toList());
        for (Member other : others(system)) {
            for (String thing : things) {
                if (isBusy(system, other, thing)) {
                    return Optional.of("a call of " + thing + " on " + other.address());
                }
            }
        }
        return Optional.empty();
    }

    private boolean isBusy(ActorSystem<?> system, Member other, String thing) throws InterruptedException {
        boolean isFirst = Member.addressOrdering()
                        .compare(
                                other.address(),
                                Cluster.get(system).selfMember().address())
                < 0;
        while (isMember(system, other)) {
            var answer = ask(system, other, thing);
            if (answer.isPresent()) {
                if (answer.get().isUnderWay() || answer.get().isClaimed() && isFirst) {
                    return true;
                }
                if (!answer.get().isClaimed()) {
                    return false;
                }
            }
            // It begins, or takes back what it claims; or it is silent, and will be no member any more.
            TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
        }
        return false;
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
                return Optional.of(Answer.NO);
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
