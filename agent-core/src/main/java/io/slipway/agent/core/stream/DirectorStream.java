package io.slipway.agent.core.stream;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.slipway.agent.core.Backoff;
import io.slipway.agent.core.Outbox;
import io.slipway.agent.core.Threads;
import io.slipway.agent.core.identity.Identity;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ToAgent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps one stream to one director node open, for ever: hello first, then whatever either side has to say. When the
 * stream ends, for whatever reason, the next endpoint is tried. Has no thread of its own.
 */
public final class DirectorStream implements Outbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorStream.class);
    private static final Duration WELCOME_DEADLINE = Duration.ofSeconds(10);
    private static final Duration LASTING = Duration.ofSeconds(1);
    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;

    private final Member member;
    private final Supplier<Identity> identity;
    private final Transport transport;
    private final Listener listener;
    private final Threads threads;
    private final Level told;
    private final Rounds rounds;
    private @Nullable Session current;
    private @Nullable Future<?> nextDial;
    private boolean isClosed;

    /** What the rest of the agent says and hears. Called by shared threads: never block for long. */
    public interface Listener {
        Hello hello() throws IOException;

        void received(ToAgent message);
    }

    /**
     * Who dials whom.
     *
     * @param directorName for which the directors' certificates are good
     * @param endpoints host:port of each director, at least one
     */
    public record Member(String agentId, String directorName, List<String> endpoints) {
        public Member {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** @param told at which level it is logged when streams come and go */
    public DirectorStream(
            Member member,
            Supplier<Identity> identity,
            Transport transport,
            Listener listener,
            Threads threads,
            Level told) {
        this.member = member;
        this.identity = identity;
        this.transport = transport;
        this.listener = listener;
        this.threads = threads;
        this.told = told;
        this.rounds = new Rounds(member.agentId(), member.endpoints(), new Backoff(() -> ThreadLocalRandom.current()
                .nextLong()));
    }

    /** Dials as soon as a thread is free. */
    public void start() {
        threads.run(this::dial);
    }

    /** The endpoints to try from the next attempt on; none keeps the present ones. */
    public synchronized void endpoints(List<String> endpoints) {
        rounds.endpoints(endpoints);
    }

    /** Ends the present stream, so that the next one is opened with what has changed: a renewed certificate. */
    public void reconnect(String why) {
        var session = session();
        if (session != null) {
            session.end(why);
        }
    }

    /** Dials now rather than after the pause, where there is one. */
    public void hurry() {
        synchronized (this) {
            if (nextDial == null || !nextDial.cancel(false)) {
                return;
            }
            nextDial = null;
        }
        start();
    }

    /** Whether a director has welcomed the agent on a stream that is open. */
    public boolean isWelcomed() {
        var session = session();
        return session != null && session.welcomedAtNanos != 0;
    }

    @Override
    public void send(FromAgent message) {
        var session = session();
        if (session != null) {
            session.send(message);
        }
    }

    @Override
    public void close() {
        @Nullable Session session;
        synchronized (this) {
            isClosed = true;
            session = current;
            current = null;
            if (nextDial != null) {
                nextDial.cancel(false);
            }
        }
        if (session != null) {
            session.leave();
        }
    }

    private synchronized @Nullable Session session() {
        return current;
    }

    private void dial() {
        String endpoint;
        synchronized (this) {
            nextDial = null;
            if (isClosed) {
                return;
            }
            endpoint = rounds.next();
        }
        try {
            var session = new Session(endpoint, channelTo(endpoint));
            if (become(session)) {
                session.greet();
            } else {
                session.leave();
            }
        } catch (IOException | RuntimeException e) {
            LOG.atLevel(told).log("agent {}: no stream to {}: {}", member.agentId(), endpoint, e.getMessage());
            synchronized (this) {
                dialIn(rounds.refused());
            }
        }
    }

    private ManagedChannel channelTo(String endpoint) throws IOException {
        int colon = endpoint.lastIndexOf(':');
        if (colon < 1) {
            throw new IOException("an endpoint is host:port");
        }
        int port = Integer.parseInt(endpoint.substring(colon + 1));
        return transport
                .to(endpoint.substring(0, colon), port, identity.get())
                .overrideAuthority(member.directorName())
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                // Not the transport's own thread: it holds a lock of the transport meanwhile, for which whoever sends
                // waits, holding those that a listener needs.
                .executor(threads::run)
                .disableRetry()
                .build();
    }

    private synchronized boolean become(Session session) {
        if (!isClosed) {
            current = session;
        }
        return !isClosed;
    }

    private synchronized void ended(Session session) {
        if (session == current) {
            current = null;
        }
        long welcomedAt = session.welcomedAtNanos;
        dialIn(welcomedAt == 0 ? rounds.refused() : rounds.lost(System.nanoTime() - welcomedAt >= LASTING.toNanos()));
    }

    private void dialIn(Duration pause) {
        if (!isClosed) {
            nextDial = threads.later(pause, this::dial);
        }
    }

    private synchronized void welcomed() {
        rounds.welcomed();
    }

    private final class Session implements StreamObserver<ToAgent> {
        private final String endpoint;
        private final ManagedChannel channel;
        private @Nullable StreamObserver<FromAgent> requests;
        private @Nullable Future<?> deadline;
        private volatile long welcomedAtNanos;
        private boolean isEnded;

        Session(String endpoint, ManagedChannel channel) {
            this.endpoint = endpoint;
            this.channel = channel;
        }

        void greet() {
            try {
                sayHello();
            } catch (IOException | RuntimeException e) {
                LOG.error("agent {} cannot say hello: {}", member.agentId(), e.getMessage(), e);
                end("no hello");
            }
        }

        /** Under one lock with all else that is sent, so that a result is in the hello or comes after it. */
        private synchronized void sayHello() throws IOException {
            requests = AgentStreamGrpc.newStub(channel).connect(this);
            deadline = threads.later(WELCOME_DEADLINE, this::requireWelcome);
            send(FromAgent.newBuilder().setHello(listener.hello()).build());
        }

        synchronized void send(FromAgent message) {
            try {
                if (requests != null && !isEnded) {
                    requests.onNext(message);
                }
            } catch (RuntimeException e) {
                LOG.debug("agent {}: not sent to {}: {}", member.agentId(), endpoint, e.getMessage());
            }
        }

        @Override
        public void onNext(ToAgent message) {
            if (message.hasWelcome()) {
                welcome(message.getWelcome().getDirectorUuid());
            }
            listener.received(message);
        }

        private void welcome(String directorUuid) {
            LOG.atLevel(told).log("agent {}: connected to director {} at {}", member.agentId(), directorUuid, endpoint);
            welcomedAtNanos = System.nanoTime() | 1;
            welcomed();
            synchronized (this) {
                cancelDeadline();
            }
        }

        private void requireWelcome() {
            if (welcomedAtNanos == 0) {
                end("no welcome within " + WELCOME_DEADLINE.toSeconds() + " s");
            }
        }

        @Override
        public void onError(Throwable error) {
            var cause = error.getCause();
            end(error.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")"));
        }

        @Override
        public void onCompleted() {
            end("the director closed it");
        }

        void end(String why) {
            if (leave()) {
                LOG.atLevel(told).log("agent {}: the stream to {} ended: {}", member.agentId(), endpoint, why);
                ended(this);
            }
        }

        /** False where that happened before. */
        private boolean leave() {
            synchronized (this) {
                if (isEnded) {
                    return false;
                }
                isEnded = true;
                cancelDeadline();
            }
            channel.shutdownNow();
            return true;
        }

        private void cancelDeadline() {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }
}
