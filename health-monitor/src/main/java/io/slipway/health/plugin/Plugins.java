package io.slipway.health.plugin;

import io.slipway.health.alert.Alert;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plugins of one director. To tell them something takes no time, however their receivers are. */
public final class Plugins implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final List<PluginQueue> queues;

    private Plugins(List<PluginQueue> queues) {
        this.queues = queues;
    }

    public static Plugins start(List<PluginSettings> settings, PluginFactory.Surroundings given) {
        return start(settings, given, FIRST_PAUSE);
    }

    static Plugins start(List<PluginSettings> settings, PluginFactory.Surroundings given, Duration firstPause) {
        return new Plugins(settings.stream()
                .map(one -> PluginQueue.start(one, one.starter().start(given), firstPause))
                .toList());
    }

    public void tell(Alert alert) {
        tell(new Notice.OfAlert(alert));
    }

    public void tell(Notice notice) {
        queues.forEach(queue -> queue.offer(notice));
    }

    /** What became of notices, by the plugins' names. */
    public Map<String, PluginQueue.Counts> counts() {
        var counts = new TreeMap<String, PluginQueue.Counts>();
        queues.forEach(queue -> counts.put(queue.name(), queue.counts()));
        return counts;
    }

    @Override
    public void close() {
        queues.forEach(PluginQueue::close);
    }
}
