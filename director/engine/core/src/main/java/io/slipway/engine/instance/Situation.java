package io.slipway.engine.instance;

import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.SessionCommand;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What an instance knows besides its journal, and learns anew after each start.
 *
 * @param present the stream of the present VM's agent
 * @param next the stream of the agent of the VM that is to take over, while there is one
 * @param isBusy the infrastructure is asked for something
 * @param isGivenUp the agent is not waited for any more, until something changes
 * @param watch how far the jobs are watched after their start
 * @param failures of what may be tried again, in a row
 * @param cancelledKey the key of goals that nobody wants any more; empty for none
 * @param timers that run
 */
record Situation(
        Stream present,
        Stream next,
        boolean isBusy,
        boolean isGivenUp,
        Watch watch,
        int failures,
        String cancelledKey,
        Set<Timer> timers) {
    static final Situation START = new Situation(Stream.NONE, Stream.NONE, false, false, Watch.NONE, 0, "", Set.of());

    /** What is waited for with a deadline. */
    enum Timer {
        /** The agent of the present VM. */
        AGENT,
        /** The agent of the VM that is to take over. */
        REPLACEMENT,
        /** Jobs that were started have had the least time to fail. */
        SETTLED,
        /** Jobs that were started must run by now. */
        RUNNING,
        /** A step that failed is tried again. */
        RETRY
    }

    /** Jobs that were started are believed that they run only after a while. */
    enum Watch {
        NONE,
        TOO_EARLY,
        DUE
    }

    /**
     * An agent's stream, and what the agent last said of its jobs.
     *
     * @param session null while there is none
     */
    record Stream(@Nullable ActorRef<SessionCommand> session, String jobState, AgentEvent.@Nullable Beat lastBeat) {
        static final Stream NONE = new Stream(null, "", null);
        private static final String RUNNING = "running";

        boolean isConnected() {
            return session != null;
        }

        boolean isRunning() {
            return RUNNING.equals(jobState);
        }

        Stream connected(AgentEvent.Connected connected) {
            // What the same stream says once more it may have said before its last heartbeat.
            String known = connected.session().equals(session) ? jobState : connected.jobState();
            return new Stream(connected.session(), known, lastBeat);
        }

        /** One that comes after a later one says nothing new. */
        Stream heard(AgentEvent.Beat beat) {
            return beat.isNoNewerThan(lastBeat) ? this : new Stream(session, beat.jobState(), beat);
        }

        Stream lost() {
            return new Stream(null, jobState, lastBeat);
        }

        /** What was said before the jobs were started says nothing about them. */
        Stream withoutJobState() {
            return new Stream(session, "", lastBeat);
        }
    }

    Reach reach() {
        return isGivenUp ? Reach.GIVEN_UP : present.isConnected() ? Reach.CONNECTED : Reach.AWAITED;
    }

    Reach reachOfNext() {
        return next.isConnected() ? Reach.CONNECTED : Reach.AWAITED;
    }

    Situation withPresent(Stream stream) {
        return new Situation(stream, next, isBusy, isGivenUp, watch, failures, cancelledKey, timers);
    }

    Situation withNext(Stream stream) {
        return new Situation(present, stream, isBusy, isGivenUp, watch, failures, cancelledKey, timers);
    }

    Situation busy(boolean isNow) {
        return new Situation(present, next, isNow, isGivenUp, watch, failures, cancelledKey, timers);
    }

    Situation givenUp(boolean isNow) {
        return new Situation(present, next, isBusy, isNow, watch, failures, cancelledKey, timers);
    }

    Situation with(Watch other) {
        return new Situation(present, next, isBusy, isGivenUp, other, failures, cancelledKey, timers);
    }

    Situation failed(int inARow) {
        return new Situation(present, next, isBusy, isGivenUp, watch, inARow, cancelledKey, timers);
    }

    Situation cancelling(String goalKey) {
        return new Situation(present, next, isBusy, isGivenUp, watch, failures, goalKey, timers);
    }

    Situation started(Timer timer) {
        var more = new HashSet<>(timers);
        more.add(timer);
        return new Situation(present, next, isBusy, isGivenUp, watch, failures, cancelledKey, Set.copyOf(more));
    }

    Situation stopped(Timer timer) {
        var fewer = new HashSet<>(timers);
        fewer.remove(timer);
        return new Situation(present, next, isBusy, isGivenUp, watch, failures, cancelledKey, Set.copyOf(fewer));
    }
}
