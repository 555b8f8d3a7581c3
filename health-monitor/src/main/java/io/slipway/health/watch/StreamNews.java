package io.slipway.health.watch;

import io.slipway.engine.AgentListener;
import java.util.function.Consumer;

/**
 * Tells the cluster's monitor of the streams that this director holds. Heartbeats are many, and stay here: what the monitor needs
 * of them it reads from rows.
 */
final class StreamNews implements AgentListener {
    private final Consumer<MonitorMessage> monitor;
    private final Heartbeats heartbeats;

    StreamNews(Consumer<MonitorMessage> monitor, Heartbeats heartbeats) {
        this.monitor = monitor;
        this.heartbeats = heartbeats;
    }

    @Override
    public void opened(String instanceId, String agentId, String stream) {
        monitor.accept(new MonitorMessage.Opened(instanceId, agentId, stream));
    }

    @Override
    public void heard(String instanceId, String agentId, Beat beat) {
        heartbeats.heard(instanceId, agentId, beat);
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
