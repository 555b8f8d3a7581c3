package io.slipway.cli.supervisor;

import java.time.Duration;
import java.time.Instant;

/**
 * What is known of a director, and what is to be done about it. Without I/O and without a clock: {@link Keeper} looks and
 * acts.
 *
 * @param at while it waits, when it is to be started; while it starts, when it was; while it is healthy, when it last
 *     answered
 * @param healthySince when it first answered; of no meaning in other phases
 * @param missed looks in a row that had no answer
 * @param failures ends in a row, each soon after a start
 */
record Watch(Phase phase, Instant at, Instant healthySince, int missed, int failures) {
    /** How long a healthy one may be silent. It holds locks that others wait for. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(6);

    /** One silence may be the supervisor's own, when the whole machine stood still. */
    private static final int MISSED_AT_LEAST = 2;

    private static final Duration LONGEST_START = Duration.ofSeconds(180);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Who ends sooner than this after it was healthy has failed as if it never had been. */
    private static final Duration SOON = Duration.ofSeconds(30);

    /** In which part of its life it is. */
    enum Phase {
        WAITING,
        STARTING,
        HEALTHY
    }

    /** What a look shows. */
    enum Look {
        ABSENT,
        SILENT,
        ANSWERS
    }

    /** What is to be done. */
    enum Act {
        NOTHING,
        START,
        KILL
    }

    /**
     * What follows from a look.
     *
     * @param remark for the log; empty where there is nothing to tell
     */
    record Step(Watch next, Act act, String remark) {}

    /** Of one that is not there: it is started at once. */
    static Watch absent(Instant now) {
        return new Watch(Phase.WAITING, now, now, 0, 0);
    }

    /** Of one that an earlier supervisor started; one that has been there for long was healthy once. */
    static Watch found(Instant started, Instant now) {
        boolean isOld = Duration.between(started, now).compareTo(LONGEST_START) > 0;
        return new Watch(isOld ? Phase.HEALTHY : Phase.STARTING, isOld ? now : started, started, 0, 0);
    }

    Step step(Instant now, Look look) {
        return switch (phase) {
            case WAITING -> waiting(now, look);
            case STARTING -> starting(now, look);
            case HEALTHY -> healthy(now, look);
        };
    }

    private Step waiting(Instant now, Look look) {
        if (look != Look.ABSENT) {
            return new Step(started(now), Act.NOTHING, "is there already");
        }
        return now.isBefore(at) ? new Step(this, Act.NOTHING, "") : new Step(started(now), Act.START, "starts");
    }

    private Watch started(Instant now) {
        return new Watch(Phase.STARTING, now, now, 0, failures);
    }

    private Step starting(Instant now, Look look) {
        return switch (look) {
            case ABSENT -> again(now, failures + 1, "ended before it was healthy");
            case ANSWERS -> new Step(new Watch(Phase.HEALTHY, now, now, 0, failures), Act.NOTHING, "is healthy");
            case SILENT ->
                Duration.between(at, now).compareTo(LONGEST_START) > 0
                        ? new Step(this, Act.KILL, "is not healthy " + LONGEST_START.toSeconds() + " s after its start")
                        : new Step(this, Act.NOTHING, "");
        };
    }

    private Step healthy(Instant now, Look look) {
        return switch (look) {
            case ABSENT -> {
                boolean isSoon = Duration.between(healthySince, now).compareTo(SOON) < 0;
                yield again(now, isSoon ? failures + 1 : 0, "ended");
            }
            case ANSWERS -> new Step(new Watch(phase, now, healthySince, 0, failures), Act.NOTHING, "");
            case SILENT -> {
                var silent = new Watch(phase, at, healthySince, missed + 1, failures);
                yield silent.missed >= MISSED_AT_LEAST
                                && Duration.between(at, now).compareTo(LONGEST_SILENCE) >= 0
                        ? new Step(
                                silent,
                                Act.KILL,
                                "has not answered for " + LONGEST_SILENCE.toSeconds() + " s and is killed")
                        : new Step(silent, Act.NOTHING, "");
            }
        };
    }

    private Step again(Instant now, int ends, String how) {
        Duration pause = pause(ends);
        String often = ends > 1 ? ", " + ends + " times in a row," : "";
        return new Step(
                new Watch(Phase.WAITING, now.plus(pause), now, 0, ends),
                Act.NOTHING,
                how + often + " and is started again in " + pause.toSeconds() + " s");
    }

    /** Doubled with each failure. */
    private static Duration pause(int failures) {
        Duration longer = PAUSE.multipliedBy(1L << Math.clamp(failures - 1L, 0, 10));
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
}
