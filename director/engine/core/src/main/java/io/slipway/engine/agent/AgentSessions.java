package io.slipway.engine.agent;

import io.slipway.engine.AgentListener;
import io.slipway.engine.RemoteMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;

/**
 * The agents' streams that this node holds. Entities that have moved ask all nodes for those of their agents, and listeners on
 * this node hear of each.
 */
public final class AgentSessions implements SessionSearch {
    private static final String NAME = "agent-sessions";

    private final AgentDirectory directory;
    private final Map<ActorRef<SessionCommand>, Open> open = new ConcurrentHashMap<>();
    private final ActorRef<Topic.Command<Wanted>> topic;
    private final List<AgentListener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean isClosing;
    private volatile long lastLook = System.nanoTime();

    /** An entity looks for the streams of its agents. */
    record Wanted(AgentId.Owner owner, String entityId) implements RemoteMessage {}

    /**
     * @param stream names it among all that there ever were
     * @param heardAt by the clock of {@link System#nanoTime}
     * @param end ends it, for the reason that is given
     */
    private record Open(
            AgentId agent, String bootId, String jobState, String stream, long heardAt, Consumer<String> end) {}

    private AgentSessions(ActorSystem<?> system, AgentDirectory directory) {
        this.directory = directory;
        this.topic = system.systemActorOf(Topic.create(Wanted.class, NAME), NAME + "-topic", Props.empty());
        var answers = system.systemActorOf(
                Behaviors.<Wanted>receiveMessage(wanted -> {
                    tellAgain(wanted);
                    return Behaviors.same();
                }),
                NAME,
                Props.empty());
        topic.tell(Topic.subscribe(answers));
    }

    public static AgentSessions start(ActorSystem<?> system, AgentDirectory directory) {
        return new AgentSessions(system, directory);
    }

    @Override
    public void find(AgentId.Owner owner, String entityId) {
        topic.tell(Topic.publish(new Wanted(owner, entityId)));
    }

    /** Has somebody hear of what agents do on this node from now on. */
    public void tell(AgentListener listener) {
        listeners.add(listener);
    }

    /** Ids of agents whose streams are open here, each with that of its instance. */
    public Map<String, String> agents() {
        var found = new HashMap<String, String>();
        for (Open one : open.values()) {
            if (one.agent().owner() == AgentId.Owner.INSTANCE) {
                found.put(one.agent().value(), one.agent().entityId());
            }
        }
        return found;
    }

    /**
     * Ends streams on which nothing was heard for so long: their agents do not work any more, whatever answers for them on the
     * way. To be called again and again. After a pause of this process nothing is ended: it was the one that was away.
     */
    public void endSilent(Duration longest) {
        long now = System.nanoTime();
        boolean stoodStill = now - lastLook > longest.toNanos() / 2;
        lastLook = now;
        if (stoodStill) {
            open.replaceAll((session, one) -> heardAt(one, one.jobState(), now));
            return;
        }
        for (Open one : open.values()) {
            if (now - one.heardAt() > longest.toNanos()) {
                one.end().accept("nothing was heard for " + longest.toSeconds() + " s");
            }
        }
    }

    /** This director stops: that its streams end from now on says nothing about their agents. */
    public void closing() {
        isClosing = true;
    }

    void opened(AgentId agent, String bootId, String jobState, ActorRef<SessionCommand> session, Consumer<String> end) {
        var one = new Open(agent, bootId, jobState, UUID.randomUUID().toString(), System.nanoTime(), end);
        open.put(session, one);
        told(agent, (listener, instance) -> listener.opened(instance, agent.value(), one.stream()));
    }

    /** What an agent says of its jobs changes. */
    void heard(AgentId agent, ActorRef<SessionCommand> session, AgentEvent.Beat beat) {
        open.computeIfPresent(session, (same, before) -> heardAt(before, beat.jobState(), System.nanoTime()));
        var told = new AgentListener.Beat(beat.jobState(), beat.vitals(), beat.processes(), beat.timeMillis());
        told(agent, (listener, instance) -> listener.heard(instance, agent.value(), told));
    }

    void alerted(AgentId agent, AgentListener.Report report) {
        told(agent, (listener, instance) -> listener.alerted(instance, agent.value(), report));
    }

    void closed(ActorRef<SessionCommand> session) {
        var one = open.remove(session);
        if (one != null && !isClosing) {
            var agent = one.agent();
            told(agent, (listener, instance) -> listener.broke(instance, agent.value(), one.stream()));
        }
    }

    /** Those of compilations come and go with their VMs. */
    private void told(AgentId agent, BiConsumer<AgentListener, String> news) {
        if (agent.owner() == AgentId.Owner.INSTANCE) {
            listeners.forEach(listener -> news.accept(listener, agent.entityId()));
        }
    }

    private static Open heardAt(Open one, String jobState, long now) {
        return new Open(one.agent(), one.bootId(), jobState, one.stream(), now, one.end());
    }

    private void tellAgain(Wanted wanted) {
        open.forEach((session, one) -> {
            var agent = one.agent();
            if (agent.owner() == wanted.owner() && agent.entityId().equals(wanted.entityId())) {
                directory.deliver(
                        agent,
                        new AgentEvent.Connected(agent.value(), one.bootId(), one.jobState(), List.of(), session));
            }
        });
    }
}
