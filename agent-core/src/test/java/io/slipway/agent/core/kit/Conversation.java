package io.slipway.agent.core.kit;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ToAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All that one agent says to a director, over all of its streams, and what it is told. */
public final class Conversation {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final String agentId;
    private final List<FromAgent> heard = new ArrayList<>();
    private @Nullable StreamObserver<ToAgent> stream;

    Conversation(String agentId) {
        this.agentId = agentId;
    }

    synchronized void begin(StreamObserver<ToAgent> toAgent) {
        stream = toAgent;
    }

    synchronized void hear(FromAgent message) {
        heard.add(message);
        notifyAll();
    }

    public void send(Command.Builder command) {
        send(ToAgent.newBuilder().setCommand(command).build());
    }

    public synchronized void send(ToAgent message) {
        stream().onNext(message);
    }

    private StreamObserver<ToAgent> stream() {
        return Objects.requireNonNull(stream, () -> "agent " + agentId + " has not said hello");
    }

    /** Sends a command and awaits its first result. */
    public CommandResult carryOut(Command.Builder command) {
        send(command);
        return result(command.getId(), 1);
    }

    /** The n-th result with this command id. */
    public CommandResult result(String commandId, int n) {
        return nth(m -> m.hasResult() && m.getResult().getCommandId().equals(commandId), n)
                .getResult();
    }

    public Hello hello(int n) {
        return nth(FromAgent::hasHello, n).getHello();
    }

    /** The first beat with this job state after the n-th hello. */
    public synchronized Heartbeat beat(int n, String jobState) {
        Predicate<Heartbeat> wanted = beat -> beat.getJobState().equals(jobState);
        await("a beat '" + jobState + "'", () -> beatsSince(n).stream().anyMatch(wanted));
        return beatsSince(n).stream().filter(wanted).findFirst().orElseThrow();
    }

    private List<Heartbeat> beatsSince(int hello) {
        var beats = new ArrayList<Heartbeat>();
        int hellos = 0;
        for (FromAgent message : heard) {
            hellos += message.hasHello() ? 1 : 0;
            if (message.hasHeartbeat() && hellos >= hello) {
                beats.add(message.getHeartbeat());
            }
        }
        return beats;
    }

    public synchronized FromAgent nth(Predicate<FromAgent> wanted, int n) {
        await("message number " + n + " of a kind", () -> count(wanted) >= n);
        return heard.stream().filter(wanted).skip(n - 1L).findFirst().orElseThrow();
    }

    public synchronized long count(Predicate<FromAgent> wanted) {
        return heard.stream().filter(wanted).count();
    }

    private synchronized void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(
                        what + " did not come within " + DEADLINE + "; agent " + agentId + " said " + heard);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Closes the stream, in order. */
    public synchronized void hangUp() {
        stream().onCompleted();
    }

    /** Ends the stream, as a director does that hands over to another node. */
    public synchronized void handOver() {
        stream().onError(Status.UNAVAILABLE.withDescription("handed over").asRuntimeException());
    }
}
