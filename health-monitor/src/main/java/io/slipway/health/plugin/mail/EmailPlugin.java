package io.slipway.health.plugin.mail;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.PluginFactory;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code email}: all alerts of a few seconds in one mail, by SMTP. */
public final class EmailPlugin implements PluginFactory {
    private static final int USUAL_INTERVAL = 10;
    private static final int LONGEST_INTERVAL = 3600;

    @Override
    public String name() {
        return "email";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("recipients", "smtp", "interval");
        var recipients = new ArrayList<InternetAddress>();
        for (String recipient : options.texts("recipients")) {
            recipients.add(address(options, "recipients", recipient));
        }
        var smtp = options.section("smtp")
                .know("from", "host", "port", "domain", "tls", "auth", "user", "password", "ca_cert");
        var server = new Mailer.Server(
                smtp.text("host"),
                smtp.port("port"),
                smtp.has("domain") ? smtp.text("domain") : "",
                smtp.flag("tls", false),
                smtp.has("auth") ? credentials(smtp) : null);
        var from = address(smtp, "from", smtp.text("from"));
        var interval = Duration.ofSeconds(options.number("interval", 0, LONGEST_INTERVAL, USUAL_INTERVAL));
        var mailer = Mailer.of(server, from, List.copyOf(recipients), smtp);
        return given -> new Mails(mailer, interval);
    }

    private static Mailer.Credentials credentials(Options smtp) throws Options.Invalid {
        smtp.oneOf("auth", List.of("plain"), "plain");
        return new Mailer.Credentials(smtp.text("user"), smtp.text("password"));
    }

    private static InternetAddress address(Options options, String key, String text) throws Options.Invalid {
        try {
            return new InternetAddress(text, true);
        } catch (AddressException malformed) {
            throw options.invalid(key, "has '" + text + "', and must be of mail addresses");
        }
    }
}
