package io.slipway.engine;

import java.util.Map;
import java.util.TreeMap;
import org.slf4j.MDC;

/** What lines of the log are about while something is done: deployment, instance, task, agent. To be closed by the same thread. */
public final class LogContext implements AutoCloseable {
    private final Map<String, String> before = new TreeMap<>();

    private LogContext() {}

    /** Beside what is known already; values that are empty are left out. */
    public static LogContext of(Map<String, String> more) {
        var context = new LogContext();
        more.forEach((key, value) -> {
            if (!value.isEmpty()) {
                String known = MDC.get(key);
                context.before.put(key, known == null ? "" : known);
                MDC.put(key, value);
            }
        });
        return context;
    }

    /** What is known here, for another thread. */
    public static Map<String, String> present() {
        var present = MDC.getCopyOfContextMap();
        return present == null ? Map.of() : Map.copyOf(present);
    }

    @Override
    public void close() {
        before.forEach((key, value) -> {
            if (value.isEmpty()) {
                MDC.remove(key);
            } else {
                MDC.put(key, value);
            }
        });
    }
}
