package io.slipway.health.plugin.mail;

import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.Trust;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Sends mail through one server. */
final class Mailer {
    private static final String PATIENCE_MILLIS = "10000";

    private final Session session;
    private final InternetAddress from;
    private final List<InternetAddress> recipients;

    /**
     * Where mail goes first.
     *
     * @param domain by which we greet; empty for this machine's name
     * @param isSecured StartTLS is demanded
     */
    record Server(
            String host,
            int port,
            String domain,
            boolean isSecured,
            @Nullable Credentials credentials) {}

    record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }

    private Mailer(Session session, InternetAddress from, List<InternetAddress> recipients) {
        this.session = session;
        this.from = from;
        this.recipients = recipients;
    }

    static Mailer of(Server server, InternetAddress from, List<InternetAddress> recipients, Options options)
            throws Options.Invalid {
        var properties = new Properties();
        properties.put("mail.transport.protocol", "smtp");
        properties.put("mail.smtp.host", server.host());
        properties.put("mail.smtp.port", Integer.toString(server.port()));
        properties.put("mail.smtp.connectiontimeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.timeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.writetimeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.starttls.enable", Boolean.toString(server.isSecured()));
        properties.put("mail.smtp.starttls.required", Boolean.toString(server.isSecured()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        if (!server.domain().isEmpty()) {
            properties.put("mail.smtp.localhost", server.domain());
        }
        if (server.isSecured()) {
            properties.put("mail.smtp.ssl.socketFactory", Trust.of(options).getSocketFactory());
        }
        var credentials = server.credentials();
        if (credentials == null) {
            return new Mailer(Session.getInstance(properties), from, recipients);
        }
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.auth.mechanisms", "PLAIN");
        var authenticator = new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(credentials.user(), credentials.password());
            }
        };
        return new Mailer(Session.getInstance(properties, authenticator), from, recipients);
    }

    void send(String subject, String text) throws IOException {
        try {
            var message = new MimeMessage(session);
            message.setFrom(from);
            for (InternetAddress recipient : recipients) {
                message.addRecipient(Message.RecipientType.TO, recipient);
            }
            message.setSubject(subject, StandardCharsets.UTF_8.name());
            message.setSentDate(new Date());
            message.setText(text, StandardCharsets.UTF_8.name());
            Transport.send(message);
        } catch (SendFailedException refused) {
            boolean isForNobody =
                    refused.getValidUnsentAddresses() == null || refused.getValidUnsentAddresses().length == 0;
            throw isForNobody ? new Plugin.Refused(reason(refused)) : new IOException(reason(refused), refused);
        } catch (MessagingException failure) {
            throw new IOException(reason(failure), failure);
        }
    }

    private static String reason(MessagingException failure) {
        return String.valueOf(failure.getMessage()).strip();
    }
}
