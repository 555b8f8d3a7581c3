package io.slipway.health.watch;

import io.slipway.engine.AgentListener;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Plugins;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the heartbeats of the agents whose streams this director holds on to its plugins. Whose they are is read from rows, now
 * and then; those that come faster than that are lost.
 */
final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final int LONGEST_QUEUE = 20_000;
    private static final Duration OLD = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Supplier<List<InstanceRow>> rows;
    private final Plugins plugins;
    private final Clock clock;
    private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final Thread thread;
    private Map<String, InstanceRow> byInstance = Map.of();
    private long readAt = System.nanoTime() - OLD.toNanos();

    private record Heard(String instanceId, String agentId, AgentListener.Beat beat) {}

    private Heartbeats(Supplier<List<InstanceRow>> rows, Plugins plugins, Clock clock) {
        this.rows = rows;
        this.plugins = plugins;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("health-heartbeats").unstarted(this::run);
    }

    static Heartbeats start(Supplier<List<InstanceRow>> rows, Plugins plugins, Clock clock) {
        var started = new Heartbeats(rows, plugins, clock);
        started.thread.start();
        return started;
    }

    void heard(String instanceId, String agentId, AgentListener.Beat beat) {
        if (!heard.offer(new Heard(instanceId, agentId, beat))) {
            LOG.debug("a heartbeat of agent {} is not passed on: too many came", agentId);
        }
    }

    private void run() {
        try {
            while (true) {
                passOn(heard.take());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void passOn(Heard one) {
        var row = rowOf(one);
        if (row == null) {
            return;
        }
        plugins.tell(new Notice.Heartbeat(
                UUID.randomUUID().toString(),
                clock.instant(),
                row.deployment(),
                row.group(),
                row.index(),
                row.id(),
                one.agentId(),
                one.beat().jobState(),
                one.beat().vitals(),
                one.beat().processes()));
    }

    private @Nullable InstanceRow rowOf(Heard one) {
        long age = System.nanoTime() - readAt;
        boolean isUnknown = !byInstance.containsKey(one.instanceId());
        if (age > OLD.toNanos() || (isUnknown && age > PAUSE.toNanos())) {
            readAt = System.nanoTime();
            try {
                var read = new HashMap<String, InstanceRow>();
                rows.get().forEach(row -> read.put(row.id(), row));
                byInstance = read;
            } catch (RuntimeException away) {
                LOG.debug("instances cannot be read: {}", away.toString());
            }
        }
        return byInstance.get(one.instanceId());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
