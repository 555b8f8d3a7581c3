package io.slipway.health.plugin;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import io.slipway.health.plugin.Notice.Heartbeat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What plugins are told in tests, and their making. */
public final class Notices {
    public static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    public static final PluginFactory.Surroundings NOTHING = new PluginFactory.Surroundings(fact -> {});

    private Notices() {}

    public static Alert alert() {
        return Alert.raised(
                "vm_gone",
                "shop/w1",
                Severity.CRITICAL,
                Alert.VM_HEALTH,
                "VM 'vm-1' of web/w1 is gone",
                "Its infrastructure says so. Task 7 makes it anew.",
                "shop: web(w1) [id=i-w1-1, index=0, cid=vm-1]",
                new Alert.Subject("shop", "web", "w1"),
                AT);
    }

    public static Notice raised() {
        return new Notice.OfAlert(alert());
    }

    public static Notice resolved() {
        return new Notice.OfAlert(alert().resolved(AT.plusSeconds(30)));
    }

    public static Heartbeat heartbeat() {
        return heartbeat(0);
    }

    public static Heartbeat heartbeat(int index) {
        return new Heartbeat(
                "beat-" + index,
                AT,
                "shop",
                "web",
                index,
                "w" + index,
                "i-w" + index + "-1",
                "running",
                Map.of(
                        "cpu", Map.of("user", "1.5", "sys", "0.2", "wait", "0.0"),
                        "load", List.of("0.75", "0.50", "0.25"),
                        "mem", Map.of("kb", "2048", "percent", "12"),
                        "swap", Map.of("kb", "0", "percent", "0"),
                        "disk", Map.of("system", Map.of("percent", "81", "inode_percent", "3"))),
                List.of(Map.of("name", "nginx", "state", "running")));
    }

    /** A plugin whose options are these, started. */
    public static Plugin plugin(String name, Map<String, Object> options) throws Options.Invalid {
        return settings(name, options).starter().start(NOTHING);
    }

    public static PluginSettings settings(String name, Map<String, Object> options) throws Options.Invalid {
        return PluginSettings.read("health_monitor.plugins[0]", name, List.of(), options);
    }

    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + " has not come in time");
            }
            Thread.sleep(5);
        }
    }
}
