package io.slipway.engine.agent;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.slipway.engine.RemoteMessage;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What an agent's stream tells the entity that owns its VM. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = AgentEvent.Connected.class, name = "connected"),
    @JsonSubTypes.Type(value = AgentEvent.Beat.class, name = "beat"),
    @JsonSubTypes.Type(value = AgentEvent.Answered.class, name = "answered"),
    @JsonSubTypes.Type(value = AgentEvent.Lost.class, name = "lost")
})
public sealed interface AgentEvent extends RemoteMessage {

    String agentId();

    /** The agent said hello; commands go to the session until {@link Lost} or another Connected. */
    record Connected(
            String agentId, String bootId, String jobState, List<AgentResult> results, ActorRef<SessionCommand> session)
            implements AgentEvent {
        /** The same, with these results only. */
        public Connected with(List<AgentResult> others) {
            return new Connected(agentId, bootId, jobState, others, session);
        }
    }

    /**
     * A heartbeat. Vitals and processes have the shape of BOSH's instance listing.
     *
     * @param timeMillis by the agent's clock
     * @param heardMicros when a director heard it, by its own clock, so that one that comes late is known for old; zero of
     *     directors that do not tell
     */
    record Beat(
            String agentId,
            String jobState,
            Map<String, Object> vitals,
            List<Map<String, Object>> processes,
            long timeMillis,
            long heardMicros)
            implements AgentEvent {
        /** Whether another one of the same agent was heard after this one, or is this one. */
        public boolean isNoNewerThan(@Nullable Beat other) {
            return other != null && heardMicros > 0 && heardMicros <= other.heardMicros();
        }
    }

    /** A command ended. It may be told more than once. */
    record Answered(String agentId, AgentResult result) implements AgentEvent {}

    /** The stream of this session ended. */
    record Lost(String agentId, ActorRef<SessionCommand> session) implements AgentEvent {}
}
