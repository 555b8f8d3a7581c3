package io.slipway.cpi.simulated.agent;

import io.slipway.cpi.AgentSettings;
import io.slipway.protocol.agent.v1.ApplySpec;
import io.slipway.protocol.agent.v1.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one simulated VM: it dials the director of its settings, keeps the agent protocol's contract, and does to
 * a model of the VM what the director orders. Tests look into it and kill it; the CPI powers it on and off.
 */
public final class SimulatedAgent {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedAgent.class);
    private static final int REMEMBERED_COMMANDS = 500;

    private final AgentHost host;
    private final AgentSettings settings;
    private final Path directory;
    private final VmModel model;
    private final Deque<Performed> performed = new ArrayDeque<>();
    private @Nullable AgentProcess process;
    private @Nullable Future<?> starting;
    private boolean isOn;

    /** A command that was carried out, successfully. */
    public record Performed(String commandId, Command.BodyCase kind) {}

    /** @param directory the VM's own, which exists: what is in it outlives the agent */
    public SimulatedAgent(AgentHost host, AgentSettings settings, Path directory, Hardware hardware) {
        this.host = host;
        this.settings = settings;
        this.directory = directory;
        this.model = new VmModel(
                directory.resolve("agent.json"),
                hardware,
                host.faults(),
                host.timings().jobStart());
        host.add(this);
    }

    /** Boots the VM: the agent has a new boot id, and jobs that are wanted start again. On already is success. */
    public synchronized void powerOn() {
        if (!isOn) {
            isOn = true;
            model.boot(UUID.randomUUID().toString());
            var vm = model.hardware().vm();
            startIn(host.timings().boot().plus(host.faults().longerBoot(vm)));
        }
    }

    /** The VM ran on while the process of its infrastructure was away; its agent starts again. */
    public synchronized void resume() {
        if (model.state().bootId().isEmpty()) {
            powerOn();
        } else if (!isOn) {
            isOn = true;
            startIn(Duration.ZERO);
        }
    }

    /** Off already is success. */
    public synchronized void powerOff() {
        isOn = false;
        end();
    }

    /** The VM is no more; nothing is written to its directory any more. */
    public void destroy() {
        powerOff();
        model.destroy();
        host.remove(this);
    }

    /** Kills the agent's process at once, and starts it again after a while; the VM and its jobs run on. */
    public synchronized void crash(Duration downFor) {
        if (isOn) {
            end();
            startIn(downFor);
        }
    }

    /** Breaks the stream; the agent dials again. */
    public void dropStream() {
        running().ifPresent(AgentProcess::dropStream);
    }

    /** One of the jobs' processes dies, and monit starts it again: the director gets an alert. */
    public void crashJobProcess(String name) {
        model.restart(name);
        running().ifPresent(AgentProcess::look);
    }

    private synchronized void startIn(Duration delay) {
        starting = host.threads().later(delay, this::start);
    }

    private synchronized void start() {
        if (!isOn || process != null) {
            return;
        }
        try {
            process = new AgentProcess(host, settings, model, directory.resolve("commands"), this);
            process.start();
        } catch (IOException broken) {
            LOG.warn("agent {} cannot start and will never dial: {}", settings.agentId(), broken.getMessage());
        }
    }

    private synchronized void end() {
        if (starting != null) {
            starting.cancel(false);
            starting = null;
        }
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    private synchronized Optional<AgentProcess> running() {
        return Optional.ofNullable(process);
    }

    void faultsChanged() {
        running().ifPresent(AgentProcess::faultsChanged);
    }

    void performed(Command command) {
        synchronized (performed) {
            performed.add(new Performed(command.getId(), command.getBodyCase()));
            if (performed.size() > REMEMBERED_COMMANDS) {
                performed.remove();
            }
        }
    }

    /** The last commands that this VM carried out, the oldest first, since its infrastructure was opened. */
    public List<Performed> performed() {
        synchronized (performed) {
            return List.copyOf(performed);
        }
    }

    public String agentId() {
        return settings.agentId();
    }

    /** Empty before the first boot. */
    public String bootId() {
        return model.state().bootId();
    }

    /** Whether a director has welcomed the agent on a stream that is open. */
    public boolean isConnected() {
        return running().map(AgentProcess::isConnected).orElse(false);
    }

    /** In the protocol's words. */
    public String jobState() {
        return model.report().state();
    }

    public Optional<ApplySpec> appliedSpec() {
        return model.spec();
    }

    /** Names of the processes that the applied spec's jobs have. */
    public List<String> processNames() {
        return model.processNames();
    }
}
