package io.slipway.health.plugin.mail;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Plugin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Gathers notices, and sends those of a kind together. */
final class Mails implements Plugin {
    private static final int MANY = 200;

    private final Mailer mailer;
    private final Duration interval;

    Mails(Mailer mailer, Duration interval) {
        this.mailer = mailer;
        this.interval = interval;
    }

    @Override
    public int atATime() {
        return MANY;
    }

    @Override
    public Duration gathering() {
        return interval;
    }

    @Override
    public void deliver(List<Notice> notices) throws IOException {
        for (Notice.Kind kind : Notice.Kind.values()) {
            var some = notices.stream().filter(notice -> notice.kind() == kind).toList();
            if (!some.isEmpty()) {
                mailer.send(
                        subject(kind, some.size()),
                        some.stream().map(NoticeShape::text).collect(Collectors.joining("\n")));
            }
        }
    }

    private static String subject(Notice.Kind kind, int count) {
        String name = kind == Notice.Kind.ALERT ? "alert" : "heartbeat";
        return count + " " + name + (count == 1 ? "" : "s") + " from Slipway's health monitor";
    }
}
