package io.slipway.engine.agent;

import io.slipway.engine.RemoteMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;

/** The agents' streams that this node holds. Entities that have moved ask all nodes for those of their agents. */
public final class AgentSessions implements SessionSearch {
    private static final String NAME = "agent-sessions";

    private final AgentDirectory directory;
    private final Map<ActorRef<SessionCommand>, Open> open = new ConcurrentHashMap<>();
    private final ActorRef<Topic.Command<Wanted>> topic;

    /** An entity looks for the streams of its agents. */
    record Wanted(AgentId.Owner owner, String entityId) implements RemoteMessage {}

    private record Open(AgentId agent, String bootId, String jobState) {}

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

    void opened(AgentId agent, String bootId, String jobState, ActorRef<SessionCommand> session) {
        open.put(session, new Open(agent, bootId, jobState));
    }

    /** What an agent says of its jobs changes. */
    void heard(ActorRef<SessionCommand> session, String jobState) {
        open.computeIfPresent(session, (same, before) -> new Open(before.agent(), before.bootId(), jobState));
    }

    void closed(ActorRef<SessionCommand> session) {
        open.remove(session);
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
