package io.slipway.engine;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.agent.AgentIdentities;
import io.slipway.engine.agent.SessionSearch;
import io.slipway.engine.state.DeploymentRows;
import io.slipway.engine.state.InstanceRows;
import io.slipway.engine.state.Orphans;
import io.slipway.engine.state.StateRow;
import io.slipway.engine.state.TaskRows;
import io.slipway.store.snapshot.SnapshotStore;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What the entities need of the world.
 *
 * @param cpis the infrastructures
 * @param sessions finds agents' streams again
 * @param blocking runs calls that block: CPI, database, files
 * @param epochs gives the epoch of an entity that starts; blocks
 */
public record EngineServices(
        Cpis cpis,
        CpiOutput cpiOutput,
        Executor blocking,
        AgentIdentities identities,
        SessionSearch sessions,
        BlobLinks blobs,
        LongSupplier epochs,
        TaskRows tasks,
        DeploymentRows deployments,
        InstanceRows instances,
        Orphans orphans,
        SnapshotStore snapshots,
        Audit audit,
        EngineObserver observer,
        Clock clock,
        Timeouts timeouts) {

    /** Where a task's CPI log is written to. */
    @FunctionalInterface
    public interface CpiOutput {
        void line(long task, String line);
    }

    /** The row of an entity that starts now. */
    public StateRow row(String kind, String id) {
        return new StateRow(kind + "|" + id, epochs, blocking);
    }

    /**
     * A CPI that tells a task of its calls. They are not given up when the task is cancelled: a VM whose making is
     * given up is a VM that nobody knows.
     */
    public Cpi cpi(String name, long task) {
        return cpis.of(name, task > 0 ? line -> cpiOutput.line(task, line) : CallContext.SILENT);
    }

    /**
     * How long things are waited for.
     *
     * @param agentBoot from a VM's creation to its agent's hello
     * @param agentReturn for an agent that was connected and is wanted
     * @param agentGoodbye for an agent whose VM is to be deleted anyway
     * @param command that an agent carries out
     * @param cpiTries how often a step that may be retried is tried
     */
    public record Timeouts(
            Duration agentBoot,
            Duration agentReturn,
            Duration agentGoodbye,
            Duration command,
            int cpiTries,
            Duration cpiRetryPause) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(120),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofMinutes(45),
                5,
                Duration.ofSeconds(2));
    }
}
