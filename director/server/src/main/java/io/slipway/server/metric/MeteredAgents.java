package io.slipway.server.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slipway.engine.agent.AgentDirectory;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.SessionCommand;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/** Counts the streams of agents that end at this director, on what they tell. */
public final class MeteredAgents implements AgentDirectory {
    private final AgentDirectory agents;
    private final InstantSource clock;
    private final Set<ActorRef<SessionCommand>> streams = ConcurrentHashMap.newKeySet();
    private final Counter opened;
    private final Counter lost;
    private final DistributionSummary lag;

    public MeteredAgents(AgentDirectory agents, MeterRegistry registry, InstantSource clock) {
        this.agents = agents;
        this.clock = clock;
        Gauge.builder("slipway.agents.connected", streams, Set::size)
                .description("Agents whose streams end at this director.")
                .register(registry);
        opened = Counter.builder("slipway.agent.streams.opened")
                .description("Streams that agents have opened, also anew.")
                .register(registry);
        lost = Counter.builder("slipway.agent.streams.lost")
                .description("Streams of agents that have ended.")
                .register(registry);
        lag = DistributionSummary.builder("slipway.agent.heartbeat.lag")
                .description("From when an agent made a heartbeat until this director has read it, by both clocks.")
                .baseUnit("seconds")
                .serviceLevelObjectives(0.1, 1, 5, 30)
                .register(registry);
    }

    @Override
    public void deliver(AgentId agent, AgentEvent event) {
        switch (event) {
            case AgentEvent.Connected connected -> {
                // An entity that has moved is told again of a stream that there is.
                if (streams.add(connected.session())) {
                    opened.increment();
                }
            }
            case AgentEvent.Lost gone -> {
                if (streams.remove(gone.session())) {
                    lost.increment();
                }
            }
            case AgentEvent.Beat beat -> lag.record(Math.max(0, clock.millis() - beat.timeMillis()) / 1000.0);
            case AgentEvent.Answered answered -> {}
        }
        agents.deliver(agent, event);
    }
}
