package io.slipway.cpi.simulated.agent;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.slipway.agent.core.Threads;
import io.slipway.agent.core.blob.BlobClient;
import io.slipway.agent.core.identity.Authorities;
import io.slipway.cpi.simulated.fault.Faults;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What all simulated agents of one infrastructure share, so that an agent at rest costs a connection and no thread: event
 * loops, a timer, connections to blobstores, virtual threads for commands.
 */
public final class AgentHost implements AutoCloseable {
    private static final int EVENT_LOOPS = 2;
    private static final int SHUTDOWN_SECONDS = 5;

    private final AgentTimings timings;
    private final Faults faults;
    private final EventLoopGroup eventLoops = new NioEventLoopGroup(
            EVENT_LOOPS,
            Thread.ofPlatform().daemon().name("simulated-agents-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("simulated-agents-timer").factory());
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("simulated-agent-", 0).factory());
    private final Threads threads = new Threads(workers, timer);
    private final Map<String, Authorities> authorities = new ConcurrentHashMap<>();
    private final Map<String, Blobs> blobs = new ConcurrentHashMap<>();
    private final Set<SimulatedAgent> agents = ConcurrentHashMap.newKeySet();

    public AgentHost(AgentTimings timings, Faults faults) {
        this.timings = timings;
        this.faults = faults;
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        faults.onChange(() -> agents.forEach(SimulatedAgent::faultsChanged));
    }

    AgentTimings timings() {
        return timings;
    }

    Faults faults() {
        return faults;
    }

    EventLoopGroup eventLoops() {
        return eventLoops;
    }

    ExecutorService workers() {
        return workers;
    }

    Threads threads() {
        return threads;
    }

    void add(SimulatedAgent agent) {
        agents.add(agent);
    }

    void remove(SimulatedAgent agent) {
        agents.remove(agent);
    }

    /** One object for all agents that trust the same. */
    Authorities authorities(String caPem) throws IOException {
        var known = authorities.get(caPem);
        if (known != null) {
            return known;
        }
        var read = Authorities.ofPem(caPem);
        return Objects.requireNonNullElse(authorities.putIfAbsent(caPem, read), read);
    }

    /** The connections to who is trusted are shared, too. */
    Blobs blobs(Authorities trusted) {
        return blobs.computeIfAbsent(trusted.pem(), pem -> {
            var sockets = trusted.sockets();
            return new Blobs(new BlobClient(() -> sockets, timings.patience()));
        });
    }

    /** Ends all agents as a power cut does; what they keep on disk stays. */
    @Override
    public void close() {
        agents.forEach(SimulatedAgent::powerOff);
        threads.close();
        eventLoops
                .shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(SHUTDOWN_SECONDS * 1_000L);
    }
}
