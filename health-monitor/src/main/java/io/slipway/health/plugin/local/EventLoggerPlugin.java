package io.slipway.health.plugin.local;

import io.slipway.engine.Audit;
import io.slipway.health.alert.Alert;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.util.Map;
import java.util.Set;

/** {@code event_logger}: the director's events, where {@code bosh events} shows them. */
public final class EventLoggerPlugin implements PluginFactory {
    private static final String USER = "hm";

    @Override
    public String name() {
        return "event_logger";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know();
        return given -> (Plugin) notices -> {
            for (Notice notice : notices) {
                if (notice instanceof Notice.OfAlert of) {
                    record(given.audit(), of.alert());
                }
            }
        };
    }

    /** The same fact told again, as after a failure, adds nothing. */
    private static void record(Audit audit, Alert alert) {
        String action = alert.isResolved() ? "resolve" : "create";
        audit.record(new Audit.Fact(
                "alert/" + action + "/" + alert.id() + "/" + alert.severity().number(),
                USER,
                "",
                action,
                "alert",
                alert.id(),
                "",
                alert.subject().deployment(),
                alert.subject().instance(),
                "",
                Map.of(
                        "message", alert.title() + ". " + alert.summary(),
                        "severity", alert.severity().number(),
                        "rule", alert.rule(),
                        "source", alert.source())));
    }
}
