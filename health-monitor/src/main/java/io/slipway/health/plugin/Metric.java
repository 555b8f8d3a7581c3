package io.slipway.health.plugin;

import io.slipway.health.plugin.Notice.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A number of a heartbeat, by the name that BOSH's health monitor gives it. */
public record Metric(String name, double value) {
    private static final List<String> DISKS = List.of("system", "ephemeral", "persistent");

    /** All that a heartbeat has. */
    public static List<Metric> of(Heartbeat heartbeat) {
        var metrics = new ArrayList<Metric>();
        Map<String, Object> vitals = heartbeat.vitals();
        if (vitals.get("load") instanceof List<?> load && !load.isEmpty()) {
            add(metrics, "system.load.1m", load.getFirst());
        }
        for (String part : List.of("user", "sys", "wait")) {
            add(metrics, "system.cpu." + part, in(vitals.get("cpu"), part));
        }
        for (String kind : List.of("mem", "swap")) {
            for (String part : List.of("percent", "kb")) {
                add(metrics, "system." + kind + "." + part, in(vitals.get(kind), part));
            }
        }
        for (String disk : DISKS) {
            for (String part : List.of("percent", "inode_percent")) {
                add(metrics, "system.disk." + disk + "." + part, in(in(vitals.get("disk"), disk), part));
            }
        }
        metrics.add(new Metric("system.healthy", heartbeat.jobState().equals("running") ? 1 : 0));
        return List.copyOf(metrics);
    }

    private static Object in(@Nullable Object map, String key) {
        Object found = map instanceof Map<?, ?> known ? known.get(key) : null;
        return found == null ? "" : found;
    }

    /** Vitals are texts, as BOSH lists them. */
    private static void add(List<Metric> metrics, String name, Object value) {
        try {
            metrics.add(new Metric(name, Double.parseDouble(value.toString())));
        } catch (NumberFormatException none) {
            // An agent that has no such disk says nothing of it.
        }
    }

    /** As text protocols want it: whole numbers without a point. */
    public String text() {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
