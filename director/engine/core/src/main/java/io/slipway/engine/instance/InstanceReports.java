package io.slipway.engine.instance;

import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.EngineServices;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.instance.InstanceCommand.GoalEnded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What an instance tells others: its row, and to those who asked for a goal how it ended. */
final class InstanceReports {
    private final String id;
    private final EngineServices services;
    private final AgentLink agent;
    private final InstanceRowShape rowShape;
    private final RowWriter rowWriter;
    private final InfrastructureAudit audit;
    private final StepClock clock = new StepClock(System::nanoTime);
    private final List<ActorRef<GoalEnded>> waiting = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private AgentEvent.@Nullable Beat lastBeat;

    InstanceReports(String id, EngineServices services, AgentLink agent) {
        this.id = id;
        this.services = services;
        this.agent = agent;
        this.rowShape = new InstanceRowShape(id);
        this.rowWriter = new RowWriter(services.blocking());
        this.audit = new InfrastructureAudit(id, services.audit());
    }

    void beat(AgentEvent.Beat beat) {
        lastBeat = beat;
    }

    void goalSet(ActorRef<GoalEnded> asker) {
        waiting.clear();
        waiting.add(asker);
        warnings.clear();
        clock.reset();
    }

    void alsoAsked(ActorRef<GoalEnded> asker) {
        waiting.add(asker);
    }

    void entered(InstanceStep step) {
        clock.entered(step);
    }

    InstanceCommand.InstanceStatus status(InstanceState state) {
        return rowShape.status(state, agent.isConnected(), agent.jobState());
    }

    void writeRow(InstanceState state) {
        var row = rowOf(state);
        if (row != null) {
            long version = rowShape.nextVersion();
            rowWriter.write(() -> services.rows().write(row, version));
        }
    }

    /** The row is written before the reply, so that a reply means that the lists show it. */
    void end(InstanceState state, InstanceGoal goal, String failure) {
        var replies = List.copyOf(waiting);
        waiting.clear();
        boolean isGone = goal.kind() == InstanceGoal.Kind.DELETED && failure.isEmpty();
        var row = rowOf(state);
        var ended = new GoalEnded(id, goal.key(), failure, clock.end(), warnings);
        warnings.clear();
        long version = rowShape.nextVersion();
        rowWriter.end(() -> {
            try {
                if (isGone) {
                    services.rows().deleteInstance(id);
                } else if (row != null) {
                    services.rows().write(row, version);
                }
            } finally {
                audit.ended(goal, state, failure);
                replies.forEach(reply -> reply.tell(ended));
            }
        });
    }

    /** Why the jobs do not run, as far as the last heartbeat tells. */
    String failingProcesses() {
        var names = new ArrayList<String>();
        if (lastBeat != null) {
            for (var process : lastBeat.processes()) {
                if (!"running".equals(process.get("state"))) {
                    names.add(process.get("name") + " (" + process.get("state") + ")");
                }
            }
        }
        return "Review logs for failed jobs: " + String.join(", ", names);
    }

    /** Something was given up on the way to a goal, which goes on. */
    void warn(String message) {
        warnings.add(message);
    }

    /** The row is written before the reply, so that a reply means that the lists show it. */
    void lost(InstanceState state, ActorRef<InstanceCommand.VmLost> asker) {
        var row = rowOf(state);
        long version = rowShape.nextVersion();
        rowWriter.end(() -> {
            try {
                if (row != null) {
                    services.rows().write(row, version);
                }
            } finally {
                asker.tell(new InstanceCommand.VmLost(""));
            }
        });
    }

    private @Nullable InstanceRow rowOf(InstanceState state) {
        return rowShape.row(state, agent.isConnected(), agent.jobState(), lastBeat);
    }

    /** Empty where nothing speaks against it. */
    static String whyNotToLose(InstanceState state, String cid) {
        if (state.vmWithCid(cid).isEmpty()) {
            return "the instance has no VM '" + cid + "' any more";
        }
        var goal = state.goal();
        return goal != null && state.isWorking()
                ? "task " + goal.task() + " works on VM '" + cid + "' now: try again when it has ended"
                : "";
    }

    /** Of an agent that did not come in time. */
    static String silent(InstanceState.@Nullable Vm vm, InstanceGoal goal, String id) {
        return "Timed out waiting for the agent of '" + goal.spec().nameOf(id) + "' on VM '"
                + (vm == null ? "" : vm.cid()) + "'; deploy again with --fix to replace the VM";
    }

    static boolean isAgentAct(String step) {
        for (AgentAct act : AgentAct.values()) {
            if (act.name().equals(step)) {
                return true;
            }
        }
        return false;
    }

    static String describe(InstanceState.Pending pending, String failure) {
        return "Action '" + pending.act().name().toLowerCase(Locale.ROOT) + "' failed: " + failure;
    }
}
