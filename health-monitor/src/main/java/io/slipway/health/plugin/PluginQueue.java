package io.slipway.health.plugin;

import io.slipway.health.plugin.Notice.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one plugin's receiver, and the thread that passes it on. Who adds to it never waits; when it is full, the oldest
 * is lost. Alerts go before heartbeats. All that is lost is counted.
 */
public final class PluginQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginQueue.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final PluginSettings settings;
    private final Plugin plugin;
    private final Duration firstPause;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Deque<Notice> alerts = new ArrayDeque<>();
    private final Deque<Notice> heartbeats = new ArrayDeque<>();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong retried = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private volatile boolean isClosed;

    /** What became of notices. */
    public record Counts(long delivered, long retried, long lost, int waiting) {}

    private PluginQueue(PluginSettings settings, Plugin plugin, Duration firstPause) {
        this.settings = settings;
        this.plugin = plugin;
        this.firstPause = firstPause;
        this.thread =
                Thread.ofVirtual().name("health-plugin-" + settings.name()).unstarted(this::run);
    }

    /** @param firstPause before the first retry; each further one waits twice as long */
    static PluginQueue start(PluginSettings settings, Plugin plugin, Duration firstPause) {
        var queue = new PluginQueue(settings, plugin, firstPause);
        queue.thread.start();
        return queue;
    }

    String name() {
        return settings.name();
    }

    /** Takes it, if the plugin is to be told of such. */
    void offer(Notice notice) {
        if (!settings.events().contains(notice.kind())) {
            return;
        }
        lock.lock();
        try {
            var queue = notice.kind() == Kind.ALERT ? alerts : heartbeats;
            if (queue.size() >= settings.queue()) {
                queue.removeFirst();
                lost.incrementAndGet();
            }
            queue.addLast(notice);
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    Counts counts() {
        lock.lock();
        try {
            return new Counts(delivered.get(), retried.get(), lost.get(), alerts.size() + heartbeats.size());
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!isClosed) {
                passOn(next());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Notice> next() throws InterruptedException {
        lock.lock();
        try {
            while (alerts.isEmpty() && heartbeats.isEmpty()) {
                more.await();
            }
            long left = plugin.gathering().toNanos();
            while (left > 0 && alerts.size() + heartbeats.size() < plugin.atATime()) {
                left = more.awaitNanos(left);
            }
            var batch = new ArrayList<Notice>();
            while (batch.size() < plugin.atATime()) {
                var one = alerts.isEmpty() ? heartbeats.pollFirst() : alerts.pollFirst();
                if (one == null) {
                    break;
                }
                batch.add(one);
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void passOn(List<Notice> batch) throws InterruptedException {
        Duration pause = firstPause;
        for (int failures = 0; ; failures++) {
            try {
                plugin.deliver(batch);
                delivered.addAndGet(batch.size());
                if (failures > 0) {
                    LOG.info("plugin {} works again, after {} failures", name(), failures);
                }
                return;
            } catch (Plugin.Refused refused) {
                lose(batch, "its receiver will not take it: " + refused.getMessage());
                return;
            } catch (IOException | RuntimeException failure) {
                if (settings.maxRetries() >= 0 && failures >= settings.maxRetries()) {
                    lose(batch, "its receiver was asked " + (failures + 1) + " times: " + failure.getMessage());
                    return;
                }
                if (failures == 0) {
                    LOG.warn("plugin {} will try again: {}", name(), failure.toString());
                }
                retried.incrementAndGet();
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            }
        }
    }

    private void lose(List<Notice> batch, String why) {
        long all = lost.addAndGet(batch.size());
        LOG.warn("plugin {} loses {} notices, {} so far: {}", name(), batch.size(), all, why);
    }

    /** What waits is lost with the process; alerts that last are known to the next monitor, which tells their ends. */
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        plugin.close();
    }
}
