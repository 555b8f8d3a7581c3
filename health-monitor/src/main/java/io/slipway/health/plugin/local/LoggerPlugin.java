package io.slipway.health.plugin.local;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code logger}: the director's log. */
public final class LoggerPlugin implements PluginFactory {
    private static final Logger LOG = LoggerFactory.getLogger("io.slipway.health.alerts");
    private static final int MANY = 100;

    @Override
    public String name() {
        return "logger";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("format");
        boolean isJson =
                options.oneOf("format", List.of("text", "json"), "text").equals("json");
        return given -> new Plugin() {
            @Override
            public void deliver(List<Notice> notices) {
                for (Notice notice : notices) {
                    LOG.info(isJson ? NoticeShape.json(notice) : line(notice));
                }
            }

            @Override
            public int atATime() {
                return MANY;
            }
        };
    }

    private static String line(Notice notice) {
        return "[" + notice.kind().name().toUpperCase(Locale.ROOT) + "] "
                + NoticeShape.text(notice).strip().replace("\n", "; ");
    }
}
