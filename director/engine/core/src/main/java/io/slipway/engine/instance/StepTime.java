package io.slipway.engine.instance;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How long one step towards a goal took.
 *
 * @param step such as {@code create_vm}, {@code await_agent}, {@code prepare} or {@code await_running}
 * @param millis from its beginning to the beginning of the next, in milliseconds
 */
public record StepTime(String step, long millis) {

    /** Steps as one line for people and scripts: {@code create_vm 0.412 s, await_agent 0.551 s}. */
    public static String line(List<StepTime> times) {
        return times.stream()
                .map(time -> String.format(Locale.ROOT, "%s %.3f s", time.step(), time.millis() / 1000.0))
                .collect(Collectors.joining(", "));
    }
}
