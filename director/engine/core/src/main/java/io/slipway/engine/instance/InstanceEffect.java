package io.slipway.engine.instance;

import io.slipway.engine.agent.SessionCommand;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;

/** What an instance does to others, once what it decided is journaled. */
sealed interface InstanceEffect {
    /** Sends a command, perhaps again: agents do nothing twice. */
    record Send(ActorRef<SessionCommand> session, InstanceState.Pending pending) implements InstanceEffect {}

    /** Tells an agent that a result is journaled, or of no use. */
    record Acknowledge(ActorRef<SessionCommand> session, String commandId) implements InstanceEffect {}

    /** Ends the stream of an agent that is not of any of the instance's VMs. */
    record TurnAway(String agentId, ActorRef<SessionCommand> session) implements InstanceEffect {}

    /** Asks the infrastructure for a step. */
    record Begin(InstanceStep.Outside step, InstanceGoal goal) implements InstanceEffect {}

    /** Asks the infrastructure to take a VM away. */
    record Lose(InstanceState.Vm vm, InstanceCommand.LoseVm asked) implements InstanceEffect {}

    record StartTimer(Situation.Timer timer, Duration duration) implements InstanceEffect {}

    record StopTimer(Situation.Timer timer) implements InstanceEffect {}

    /** Writes the row by which lists show the instance. */
    record ShowRow() implements InstanceEffect {}

    /** A step towards the goal is due. */
    record Entered(InstanceStep step) implements InstanceEffect {}

    /** Answers those who asked for the goal; the failure is empty where it is reached. */
    record EndGoal(InstanceGoal goal, String failure) implements InstanceEffect {}

    /** Tells those who ask for the goal what is given up on the way. */
    record Warn(String message) implements InstanceEffect {}

    /** Tells people who read the director's log. */
    record Note(String message) implements InstanceEffect {}
}
