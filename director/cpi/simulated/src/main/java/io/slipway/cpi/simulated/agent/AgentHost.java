package io.slipway.cpi.simulated.agent;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.slipway.cpi.simulated.fault.Faults;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;

/**
 * What all simulated agents of one infrastructure share, so that an agent at rest costs a connection and no thread: event
 * loops, a timer, HTTP clients, virtual threads for commands.
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
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("simulated-agent-", 0).factory());
    private final Map<String, Authority> authorities = new ConcurrentHashMap<>();
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

    ExecutorService threads() {
        return threads;
    }

    void add(SimulatedAgent agent) {
        agents.add(agent);
    }

    void remove(SimulatedAgent agent) {
        agents.remove(agent);
    }

    /** What agents of the same director share. */
    record Authority(TrustManager trust, Blobs blobs) {
        private static Authority of(String caPem) {
            try {
                var trust = Trust.managerOf(caPem);
                return new Authority(trust, Blobs.with(Trust.contextOf(trust)));
            } catch (GeneralSecurityException broken) {
                throw new IllegalArgumentException("the director's CA cannot be used: " + broken.getMessage(), broken);
            }
        }
    }

    /** Throws {@link IllegalArgumentException} where the PEM text cannot be read. */
    Authority authority(String caPem) {
        return authorities.computeIfAbsent(caPem, Authority::of);
    }

    /** Runs quick work later; does nothing when this host is closed. */
    Future<?> later(Duration delay, Runnable work) {
        try {
            return timer.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return java.util.concurrent.CompletableFuture.completedFuture(null);
        }
    }

    /** Runs work that may block, now; does nothing when this host is closed. */
    void run(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException closed) {
            // The whole infrastructure is gone, and this agent with it.
        }
    }

    /** Ends all agents as a power cut does; what they keep on disk stays. */
    @Override
    public void close() {
        agents.forEach(SimulatedAgent::powerOff);
        timer.shutdownNow();
        threads.shutdownNow();
        authorities.values().forEach(authority -> authority.blobs().close());
        eventLoops
                .shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(SHUTDOWN_SECONDS * 1_000L);
    }
}
