package io.slipway.engine.run;

import io.slipway.engine.ask.Stop;
import io.slipway.engine.plan.Accepted;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param failure empty when it went well
 * @param result a line for people; empty for the usual one
 * @param accepted what the deployment is made from now; null where that did not change
 * @param output of the task's result output, for tasks whose result is data
 */
public record RunOutcome(
        String failure,
        boolean wasCancelled,
        @Nullable Accepted accepted,
        boolean isDeleted,
        String result,
        String output) {
    /**
     * Whether what was thrown ends the run. Where it was stopped, or cut off from the database, it does not: it begins again,
     * and nothing that it did is to be taken back.
     */
    public static boolean isEnd(Throwable thrown) {
        return !Stop.isCutOff(thrown);
    }

    /** It went well, and this is to be told of it. */
    public static RunOutcome told(String result) {
        return new RunOutcome("", false, null, false, result, "");
    }

    /** It went well, and the deployment is made from this now. */
    public static RunOutcome deployed(Accepted accepted) {
        return new RunOutcome("", false, accepted, false, "", "");
    }

    /** Nothing is left of the deployment. */
    public static RunOutcome deleted() {
        return new RunOutcome("", false, null, true, "", "");
    }

    public static RunOutcome failed(String failure, boolean wasCancelled) {
        return new RunOutcome(failure, wasCancelled, null, false, "", "");
    }

    /** The same, with this as the task's result output. */
    public RunOutcome with(String data) {
        return new RunOutcome(failure, wasCancelled, accepted, isDeleted, result, data);
    }
}
