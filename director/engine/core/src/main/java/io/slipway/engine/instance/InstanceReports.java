package io.slipway.engine.instance;

import io.slipway.engine.EngineServices;
import io.slipway.engine.instance.InstanceCommand.ConvergeReply;
import io.slipway.engine.instance.InstanceCommand.GoalEnded;
import io.slipway.engine.state.StateRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What an instance tells others: its row, and to those who asked for a goal how it ended. */
final class InstanceReports {
    private final String id;
    private final EngineServices services;
    private final InstanceRowShape rowShape;
    private final StateRow row;
    private final InfrastructureAudit audit;
    private final StepClock clock = new StepClock(System::nanoTime);
    private final List<ActorRef<ConvergeReply>> waiting = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    InstanceReports(String id, EngineServices services) {
        this.id = id;
        this.services = services;
        this.rowShape = new InstanceRowShape(id);
        this.row = services.row(InstanceEntity.KEY.name(), id);
        this.audit = new InfrastructureAudit(id, services.audit());
    }

    void goalSet(ActorRef<ConvergeReply> asker) {
        waiting.clear();
        waiting.add(asker);
        warnings.clear();
        clock.reset();
    }

    void alsoAsked(ActorRef<ConvergeReply> asker) {
        if (!waiting.contains(asker)) {
            waiting.add(asker);
        }
    }

    void entered(InstanceStep step) {
        clock.entered(step);
    }

    /** Something was given up on the way to a goal, which goes on. */
    void warn(String message) {
        warnings.add(message);
    }

    InstanceCommand.InstanceStatus status(InstanceState state, Situation now) {
        return rowShape.status(state, now.present());
    }

    void showRow(InstanceState state, Situation now) {
        var shown = rowShape.row(state, now.present());
        if (shown != null) {
            row.write(version -> services.instances().write(shown, version));
        }
    }

    /** The entity has started; its agents, and how they are, it does not know yet. */
    void showRecovered(InstanceState state) {
        var shown = rowShape.row(state, Situation.Stream.NONE);
        if (shown != null) {
            row.write(version -> services.instances().writeRecovered(shown, version));
        }
    }

    /**
     * The row is written before the replies, so that a reply means that the lists show it.
     *
     * @param then runs when all of it is done
     */
    void end(InstanceState state, Situation now, InstanceEffect.EndGoal end, Runnable then) {
        var goal = end.goal();
        var replies = List.copyOf(waiting);
        waiting.clear();
        var ended = new GoalEnded(id, goal.key(), end.failure(), clock.end(), warnings);
        warnings.clear();
        var shown = rowShape.row(state, now.present());
        String deployment = goal.spec().deployment();
        row.writeSurely(version -> {
                    if (state.isGone()) {
                        services.instances().hide(id, deployment, version);
                    } else if (shown != null) {
                        services.instances().write(shown, version);
                    }
                })
                .thenRun(() -> {
                    audit.ended(goal, state, end.failure());
                    replies.forEach(reply -> reply.tell(ended));
                    then.run();
                });
    }

    /** As {@link #end}, of an instance whose VM was lost. */
    void lost(InstanceState state, Situation now, ActorRef<InstanceCommand.LossReply> asker) {
        var shown = rowShape.row(state, now.present());
        row.writeSurely(version -> {
                    if (shown != null) {
                        services.instances().write(shown, version);
                    }
                })
                .thenRun(() -> asker.tell(new InstanceCommand.VmLost("")));
    }

    /** Nothing is left of the instance: its row and its journal go. Blocks. */
    void forget() {
        services.instances().forget(id);
    }

    void close() {
        row.close();
    }
}
