package io.slipway.cpi.simulated.fault;

import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Failure;
import java.time.Duration;

/** How an agent goes wrong. */
public sealed interface AgentFault {

    /** Lasts until its rule is lifted. */
    sealed interface Lasting extends AgentFault {}

    /** The VM takes so much longer to boot. */
    record SlowBoot(Duration longer) implements Lasting {}

    /** The stream is open, but the agent says nothing: no hello, no beat, no result. */
    record Silent() implements Lasting {}

    /** The network is cut: streams end, and no new one comes about. */
    record Unreachable() implements Lasting {}

    /**
     * A process does not run although it was started.
     *
     * @param name as in the job's monit file; empty for all processes
     */
    record FailingProcess(String name) implements Lasting {}

    /** The agent is an attacker's: of whatever it uploads it names this digest, of a blob that is not its own. */
    record NameForeignBlob(String sha256) implements Lasting {}

    /** Strikes when an agent begins with a command of this kind. */
    sealed interface AtCommand extends AgentFault {
        Command.BodyCase command();
    }

    /** The command fails, with nothing done. */
    record FailCommand(Command.BodyCase command, Failure failure) implements AtCommand {}

    /** The command takes so much longer. */
    record DelayCommand(Command.BodyCase command, Duration longer) implements AtCommand {}

    /** The command goes on until the rule is lifted, it is cancelled, or its time is up. */
    record HangCommand(Command.BodyCase command) implements AtCommand {}

    /** The agent dies when it has begun with the command, and comes back after a while: the command is interrupted. */
    record CrashDuring(Command.BodyCase command, Duration downFor) implements AtCommand {}

    /** The agent dies when it has carried out the command but not yet told so, and comes back after a while. */
    record CrashBeforeAnswer(Command.BodyCase command, Duration downFor) implements AtCommand {}

    /** The result is sent twice. */
    record AnswerTwice(Command.BodyCase command) implements AtCommand {}

    /**
     * Strikes when the script {@code bin/<script>} of a job is run: a lifecycle script, {@code drain}, or {@code run} of
     * an errand.
     *
     * @param output what the script prints to its standard error
     */
    record FailScript(String job, String script, int exitCode, String output) implements AgentFault {}
}
