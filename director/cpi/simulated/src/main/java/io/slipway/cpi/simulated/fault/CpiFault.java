package io.slipway.cpi.simulated.fault;

import io.slipway.cpi.CpiFailure;
import java.time.Duration;

/** How a call of the CPI goes wrong. */
public sealed interface CpiFault {

    /** Nothing is done, and the call fails. */
    record Fail(CpiFailure failure) implements CpiFault {}

    /** All is done, and yet the call fails: what became of it, the caller has to find out. */
    record FailAfterwards(CpiFailure failure) implements CpiFault {}

    /** The call takes so much longer. */
    record Delay(Duration longer) implements CpiFault {}

    /** The call does not begin before the rule is lifted or the calling thread is interrupted. */
    record Hang() implements CpiFault {}

    /** All is done, but the call does not return before the rule is lifted or the calling thread is interrupted. */
    record HangAfterwards() implements CpiFault {}
}
