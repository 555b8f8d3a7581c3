package io.slipway.engine.instance;

import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.instance.InstanceCommand.CallAgent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of an instance's agent that belongs to no goal. Not journaled: who asked asks again after a silence. An
 * answer is kept for as long as it may be asked for, since the agent forgets what was acknowledged.
 */
final class AgentCalls {
    static final String UNREACHABLE = "the agent is not connected";

    private final AgentLink agent;
    private final LongSupplier clockMillis;
    private final Map<String, Open> open = new HashMap<>();

    AgentCalls(AgentLink agent, LongSupplier clockMillis) {
        this.agent = agent;
        this.clockMillis = clockMillis;
    }

    private static final class Open {
        private final byte[] command;
        private final long untilMillis;
        private ActorRef<AgentResult> asker;
        private @Nullable AgentResult result;

        private Open(CallAgent call) {
            command = call.command();
            untilMillis = call.untilMillis();
            asker = call.replyTo();
        }
    }

    /** Sends it, or replies with what came of it already. */
    void call(CallAgent call) {
        long now = clockMillis.getAsLong();
        open.values().removeIf(each -> each.untilMillis < now);
        var known = open.get(call.callId());
        if (known != null) {
            known.asker = call.replyTo();
            if (known.result != null) {
                call.replyTo().tell(known.result);
            }
        } else if (agent.isConnected()) {
            open.put(call.callId(), new Open(call));
            agent.send(call.command());
        } else {
            call.replyTo().tell(new AgentResult(call.callId(), UNREACHABLE, true, new byte[0]));
        }
    }

    /** The agent may not have got what was sent over its last stream. */
    void connected() {
        for (Open each : open.values()) {
            if (each.result == null) {
                agent.send(each.command);
            }
        }
    }

    /** False if it is no result of a call. */
    boolean answered(AgentResult result) {
        var known = open.get(result.commandId());
        if (known == null) {
            return false;
        }
        known.result = result;
        known.asker.tell(result);
        agent.acknowledge(result.commandId());
        return true;
    }
}
