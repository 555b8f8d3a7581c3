package io.slipway.engine.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures the steps towards a goal. It is not journaled: after a recovery, only what came later is known, which is
 * enough for people who ask where the time went.
 */
final class StepClock {
    private final LongSupplier nanoTime;
    private final List<StepTime> times = new ArrayList<>();
    private String present = "";
    private long since;

    StepClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A goal was set. */
    void reset() {
        times.clear();
        present = "";
    }

    /** The step that is next, told as often as it is decided; one that goes on is not counted again. */
    void entered(InstanceStep step) {
        if (step instanceof InstanceStep.AwaitResult) {
            return;
        }
        String name = name(step);
        if (!name.equals(present)) {
            finish();
            present = name;
            since = nanoTime.getAsLong();
        }
    }

    /** The goal ended: what it took, in order. */
    List<StepTime> end() {
        finish();
        var ended = List.copyOf(times);
        reset();
        return ended;
    }

    private void finish() {
        if (!present.isEmpty()) {
            times.add(new StepTime(present, TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - since)));
        }
    }

    private static String name(InstanceStep step) {
        if (step instanceof InstanceStep.Act act) {
            return act.act().name().toLowerCase(Locale.ROOT);
        }
        return step.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }
}
