package io.slipway.engine.instance;

import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.agent.SessionCommand;
import io.slipway.engine.instance.InstanceCommand.CallAgent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of an instance's agent that belongs to no goal. Not journaled: who asked asks again after a silence.
 *
 * <p>The result of an ordinary call is acknowledged at once, and kept here for as long as it may be asked for, since the
 * agent forgets what was acknowledged. That of a {@link InstanceCommand.CallAgent#isLasting lasting} call stays with the
 * agent until who asked has put it away, so that a director that dies in between finds it again, and has nothing done
 * twice.
 */
final class AgentCalls {
    private static final String UNREACHABLE = "the agent is not connected";
    private static final String LASTING = "lasting-";
    /** After so long nobody comes back for a lasting result that nobody asked for in this process. */
    private static final long KEPT_MILLIS = 3_600_000;

    private final LongSupplier clockMillis;
    private final Map<String, Open> open = new HashMap<>();

    AgentCalls(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    private static final class Open {
        private final byte[] command;
        private final long untilMillis;
        private @Nullable ActorRef<AgentResult> asker;
        private @Nullable AgentResult result;

        private Open(byte[] command, long untilMillis) {
            this.command = command;
            this.untilMillis = untilMillis;
        }

        private void answer() {
            if (asker != null && result != null) {
                asker.tell(result);
            }
        }
    }

    /** Whether nobody was asked. */
    static boolean isUnreachable(AgentResult result) {
        return result.failure().equals(UNREACHABLE);
    }

    /** The id of a call whose result stays with the agent until it is put away. */
    static String lastingId(String subject) {
        return LASTING + subject;
    }

    /** Sends it, or replies with what came of it already. */
    void call(CallAgent call, @Nullable ActorRef<SessionCommand> session) {
        expire(session);
        var known = open.get(call.callId());
        if (known != null) {
            known.asker = call.replyTo();
            known.answer();
        } else if (session != null) {
            var fresh = new Open(call.command(), call.untilMillis());
            fresh.asker = call.replyTo();
            open.put(call.callId(), fresh);
            session.tell(new SessionCommand.Send(call.command()));
        } else {
            call.replyTo().tell(new AgentResult(call.callId(), UNREACHABLE, true, new byte[0]));
        }
    }

    /** Who asked has put the result of a lasting call away. */
    void settle(String callId, @Nullable ActorRef<SessionCommand> session) {
        open.remove(callId);
        acknowledge(callId, session);
    }

    /** An agent's new stream: what it was asked over the last one it may not have got. Returns results that are no calls'. */
    List<AgentResult> connected(List<AgentResult> results, ActorRef<SessionCommand> session) {
        var others = new ArrayList<AgentResult>();
        for (AgentResult result : results) {
            if (isLasting(result.commandId()) && !open.containsKey(result.commandId())) {
                open.put(result.commandId(), new Open(new byte[0], clockMillis.getAsLong() + KEPT_MILLIS));
            }
            if (!answered(result, session)) {
                others.add(result);
            }
        }
        for (Open each : open.values()) {
            if (each.result == null) {
                session.tell(new SessionCommand.Send(each.command));
            }
        }
        return others;
    }

    /** False if it is no result of a call. */
    boolean answered(AgentResult result, @Nullable ActorRef<SessionCommand> session) {
        var known = open.get(result.commandId());
        if (known == null) {
            return false;
        }
        known.result = result;
        known.answer();
        if (!isLasting(result.commandId())) {
            acknowledge(result.commandId(), session);
        }
        return true;
    }

    private void expire(@Nullable ActorRef<SessionCommand> session) {
        long now = clockMillis.getAsLong();
        open.entrySet().removeIf(each -> {
            boolean isOver = each.getValue().untilMillis < now;
            if (isOver && isLasting(each.getKey())) {
                acknowledge(each.getKey(), session);
            }
            return isOver;
        });
    }

    static boolean isLasting(String callId) {
        return callId.startsWith(LASTING);
    }

    private static void acknowledge(String callId, @Nullable ActorRef<SessionCommand> session) {
        if (session != null) {
            session.tell(new SessionCommand.Acknowledge(callId));
        }
    }
}
