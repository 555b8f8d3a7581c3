package io.slipway.health.watch;

import io.slipway.engine.AgentListener;
import io.slipway.health.liveness.ClockSkews;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * Tells the cluster's monitor of the streams that this director holds. Heartbeats are many, and stay here: what the monitor needs
 * of them it reads from rows.
 */
final class StreamNews implements AgentListener {
    private final Consumer<MonitorMessage> monitor;
    private final Heartbeats heartbeats;
    private final Clock clock;

    StreamNews(Consumer<MonitorMessage> monitor, Heartbeats heartbeats, Clock clock) {
        this.monitor = monitor;
        this.heartbeats = heartbeats;
        this.clock = clock;
    }

    @Override
    public void opened(String instanceId, String agentId, String stream) {
        monitor.accept(new MonitorMessage.Opened(instanceId, agentId, stream));
    }

    @Override
    public void heard(String instanceId, String agentId, Beat beat) {
        heartbeats.heard(instanceId, agentId, beat);
        long skew = beat.timeMillis() - clock.millis();
        if (beat.timeMillis() > 0 && Math.abs(skew) >= ClockSkews.LARGE.toMillis()) {
            monitor.accept(new MonitorMessage.Skewed(instanceId, agentId, skew));
        }
    }

    @Override
    public void alerted(String instanceId, String agentId, Report report) {
        monitor.accept(new MonitorMessage.Reported(
                instanceId,
                agentId,
                report.id(),
                report.severity(),
                report.title(),
                report.summary(),
                report.timeMillis()));
    }

    @Override
    public void broke(String instanceId, String agentId, String stream) {
        monitor.accept(new MonitorMessage.Broke(instanceId, agentId, stream));
    }
}
