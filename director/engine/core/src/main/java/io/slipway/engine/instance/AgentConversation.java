package io.slipway.engine.instance;

import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.agent.SessionCommand;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectFactories;

/**
 * What passes between an instance and its agents: streams come and go, commands are issued, and what came of them is
 * journaled before it is acknowledged. Called on the instance's actor only, which persists what is returned.
 */
final class AgentConversation {
    private final String id;
    private final ActorContext<InstanceCommand> context;
    private final EffectFactories<InstanceEvent, InstanceState> effects;
    private final AgentLinks agents;
    private final Waits waits;
    private final InstanceReports reports;
    private final Tries tries;
    private final Consumer<InstanceState> proceedLater;

    /**
     * @param tries of what an agent died under
     * @param proceedLater what the instance does after an event
     */
    AgentConversation(
            String id,
            ActorContext<InstanceCommand> context,
            EffectFactories<InstanceEvent, InstanceState> effects,
            AgentLinks agents,
            Waits waits,
            InstanceReports reports,
            Tries tries,
            Consumer<InstanceState> proceedLater) {
        this.id = id;
        this.context = context;
        this.effects = effects;
        this.agents = agents;
        this.waits = waits;
        this.reports = reports;
        this.tries = tries;
        this.proceedLater = proceedLater;
    }

    Effect<InstanceEvent, InstanceState> told(InstanceState state, AgentEvent event) {
        var link = agents.of(state, event.agentId());
        if (link == null) {
            return turnAway(event);
        }
        return switch (event) {
            case AgentEvent.Connected connected -> connected(state, connected, link);
            case AgentEvent.Beat beat -> {
                link.beat(beat);
                yield link == agents.present() ? beat(state, beat) : effects.none();
            }
            case AgentEvent.Answered answered -> answered(state, answered.result(), link);
            case AgentEvent.Lost lost -> {
                if (link.lost(lost)) {
                    lost(state, link);
                }
                yield effects.none();
            }
        };
    }

    private Effect<InstanceEvent, InstanceState> turnAway(AgentEvent event) {
        if (event instanceof AgentEvent.Connected stray) {
            context.getLog().warn("agent {} is not of the present VM of instance {}", stray.agentId(), id);
            stray.session().tell(new SessionCommand.Close("this VM was replaced"));
        }
        return effects.none();
    }

    private void lost(InstanceState state, AgentLink link) {
        if (link == agents.present()) {
            waits.stopAwaitingRunning();
            reports.writeRow(state);
        }
        if (state.isWorking()) {
            context.getSelf().tell(new InstanceCommand.Proceed());
        }
    }

    private Effect<InstanceEvent, InstanceState> connected(
            InstanceState state, AgentEvent.Connected connected, AgentLink link) {
        var pending = state.pending();
        var awaited = agents.connected(link, connected, pending);
        if (link == agents.present()) {
            waits.reset();
            reports.writeRow(state);
        } else {
            waits.replacementCame();
        }
        if (awaited != null) {
            return answered(state, awaited, link);
        }
        if (pending != null && agents.of(state, pending) == link) {
            link.send(state, pending);
        }
        if (state.isWorking()) {
            context.getSelf().tell(new InstanceCommand.Proceed());
        }
        return effects.none();
    }

    private Effect<InstanceEvent, InstanceState> beat(InstanceState state, AgentEvent.Beat beat) {
        reports.beat(beat);
        reports.writeRow(state);
        var goal = state.goal();
        return waits.isAwaitingRunning() && goal != null && state.isWorking() ? seeRunning(goal) : effects.none();
    }

    /** Jobs are to be seen running, once they have had the least time to fail. */
    Effect<InstanceEvent, InstanceState> awaitRunning(InstanceGoal goal) {
        waits.awaitRunning(goal);
        return seeRunning(goal);
    }

    private Effect<InstanceEvent, InstanceState> seeRunning(InstanceGoal goal) {
        if (!waits.isSettled() || !agents.present().isRunning()) {
            return effects.none();
        }
        waits.stopAwaitingRunning();
        return effects.persist(new InstanceEvent.JobsSeenRunning(goal.spec().hash()))
                .thenRun(proceedLater::accept);
    }

    /** Journals a command of the way to the goal, and sends it. */
    Effect<InstanceEvent, InstanceState> issue(InstanceState state, InstanceGoal goal, InstanceStep.Act act) {
        String commandId = id + "-" + state.generation() + "-" + (state.commands() + 1);
        if (act.act() == AgentAct.START) {
            agents.present().forgetJobState();
        }
        return effects.persist(new InstanceEvent.CommandIssued(
                        commandId, act.act(), act.subject(), goal.spec().hash()))
                .thenRun(after -> {
                    if (after.pending() != null) {
                        agents.send(after, after.pending());
                    }
                });
    }

    private Effect<InstanceEvent, InstanceState> answered(InstanceState state, AgentResult result, AgentLink link) {
        var pending = state.pending();
        if (agents.calls().answered(result)) {
            return effects.none();
        }
        if (pending == null || !pending.commandId().equals(result.commandId())) {
            link.acknowledge(result.commandId());
            return effects.none();
        }
        var outcome = outcomeOf(result);
        return effects.persist(outcome).thenRun(after -> {
            link.acknowledge(result.commandId());
            if (outcome instanceof InstanceEvent.CommandFailed failed) {
                context.getSelf()
                        .tell(new InstanceCommand.StepFailed(
                                pending.act().name(),
                                InstanceReports.describe(pending, failed.message()),
                                false,
                                null));
            } else {
                proceedLater.accept(after);
            }
        });
    }

    private InstanceEvent outcomeOf(AgentResult result) {
        if (result.succeeded()) {
            return new InstanceEvent.CommandSucceeded(result.commandId());
        }
        if (result.isRepeatable() && tries.isAnotherLeft()) {
            context.getLog().warn("command {} is sent anew: {}", result.commandId(), result.failure());
            return new InstanceEvent.CommandLost(result.commandId());
        }
        return new InstanceEvent.CommandFailed(result.commandId(), result.failure());
    }
}
