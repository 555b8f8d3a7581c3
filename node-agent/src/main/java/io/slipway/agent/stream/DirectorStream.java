package io.slipway.agent.stream;

import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.slipway.agent.command.Outbox;
import io.slipway.agent.retry.Backoff;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ToAgent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to one director node open, for ever: hello first, then whatever either side has to say. When the
 * stream ends, for whatever reason, the next endpoint is tried after a short, growing pause.
 */
public final class DirectorStream implements Outbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorStream.class);
    private static final long WELCOME_SECONDS = 10;
    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;

    /** What the rest of the agent says and hears. Called by the stream's threads: never block for long. */
    public interface Listener {
        Hello hello() throws IOException;

        void received(ToAgent message);
    }

    private final Supplier<Identity> identity;
    private final String directorName;
    private final Listener listener;
    private final Backoff backoff;
    private final Thread thread;
    private volatile List<String> endpoints;
    private volatile boolean isClosed;
    private @Nullable Session current;
    private int attempt;

    public DirectorStream(
            Supplier<Identity> identity,
            String directorName,
            List<String> endpoints,
            Listener listener,
            java.util.random.RandomGenerator random) {
        this.identity = identity;
        this.directorName = directorName;
        this.endpoints = endpoints;
        this.listener = listener;
        this.backoff = new Backoff(random);
        this.thread = Thread.ofPlatform().name("stream").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** The endpoints to try from the next attempt on. */
    public void endpoints(List<String> endpoints) {
        if (!endpoints.isEmpty()) {
            this.endpoints = List.copyOf(endpoints);
        }
    }

    /** Ends the present stream, so that the next one is opened with what has changed: a renewed certificate. */
    public void reconnect() {
        Session session;
        synchronized (this) {
            session = current;
        }
        if (session != null) {
            session.ended.countDown();
        }
    }

    @Override
    public synchronized void send(FromAgent message) {
        if (current != null) {
            current.send(message);
        }
    }

    private void run() {
        while (!isClosed) {
            var endpoint = endpoints.get(attempt++ % endpoints.size());
            try {
                connect(endpoint);
                if (!isClosed) {
                    Thread.sleep(backoff.next());
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.error("stream to {}: {}", endpoint, e.getMessage(), e);
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private boolean pause() {
        try {
            Thread.sleep(backoff.next());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void connect(String endpoint) throws IOException, InterruptedException {
        var colon = endpoint.lastIndexOf(':');
        var channel = OkHttpChannelBuilder.forAddress(
                        endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)))
                .sslSocketFactory(identity.get().sslContext().getSocketFactory())
                .overrideAuthority(directorName)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry()
                .directExecutor()
                .build();
        try {
            var session = new Session(endpoint);
            session.open(channel);
            synchronized (this) {
                // Under the lock, so that a result is either in this hello or sent after it.
                session.send(FromAgent.newBuilder().setHello(listener.hello()).build());
                current = session;
            }
            if (!session.welcomed.await(WELCOME_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("stream to {}: no welcome within {} s", endpoint, WELCOME_SECONDS);
            } else {
                session.ended.await();
            }
        } finally {
            synchronized (this) {
                current = null;
            }
            channel.shutdownNow();
            channel.awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    private final class Session implements StreamObserver<ToAgent> {
        private final String endpoint;
        private final CountDownLatch welcomed = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private @Nullable StreamObserver<FromAgent> requests;

        Session(String endpoint) {
            this.endpoint = endpoint;
        }

        void open(ManagedChannel channel) {
            requests = AgentStreamGrpc.newStub(channel).connect(this);
        }

        void send(FromAgent message) {
            try {
                if (requests != null && ended.getCount() > 0) {
                    requests.onNext(message);
                }
            } catch (RuntimeException e) {
                LOG.debug("stream to {}: not sent: {}", endpoint, e.getMessage());
            }
        }

        @Override
        public void onNext(ToAgent message) {
            if (message.hasWelcome()) {
                LOG.info("connected to director {} at {}", message.getWelcome().getDirectorUuid(), endpoint);
                backoff.reset();
                welcomed.countDown();
            }
            listener.received(message);
        }

        @Override
        public void onError(Throwable error) {
            LOG.warn("stream to {} ended: {}", endpoint, error.getMessage());
            end();
        }

        @Override
        public void onCompleted() {
            LOG.info("stream to {} was closed by the director", endpoint);
            end();
        }

        private void end() {
            ended.countDown();
            welcomed.countDown();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
