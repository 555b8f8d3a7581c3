package io.slipway.health.plugin.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.slipway.health.plugin.Notices;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmailPluginTest {
    private GreenMail server;

    @BeforeEach
    void listen() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.setUser("ops@example.com", "slipway", "secret");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void all_alerts_of_an_interval_come_in_one_mail() throws Exception {
        var plugin = plugin(Map.of("auth", "plain", "user", "slipway", "password", "secret"));

        plugin.deliver(List.of(Notices.raised(), Notices.resolved()));

        assertThat(server.waitForIncomingEmail(1)).isTrue();
        assertThat(server.getReceivedMessages()).hasSize(1);
        var mail = server.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("2 alerts from Slipway's health monitor");
        assertThat(mail.getFrom()[0]).hasToString("slipway@example.com");
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(mail.getContent().toString())
                .contains("VM 'vm-1' of web/w1 is gone", "Resolved: VM", "Task 7 makes it anew");
    }

    @Test
    void a_password_that_is_wrong_is_told_and_not_shown() throws Exception {
        var plugin = plugin(Map.of("auth", "plain", "user", "slipway", "password", "another"));

        assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("another");
    }

    @Test
    void without_start_tls_nothing_is_sent_to_a_server_that_is_to_have_it() throws Exception {
        var plugin = plugin(Map.of("tls", true));

        assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void a_server_that_is_down_is_tried_again() throws Exception {
        var plugin = plugin(Map.of());
        server.stop();

        assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Plugin.Refused.class);
    }

    @Test
    void settings_name_the_field_that_is_wrong() {
        assertThatThrownBy(() -> plugin(Map.of("from", "nobody at all")))
                .isInstanceOf(Options.Invalid.class)
                .hasMessage("health_monitor.plugins[0].options.smtp.from has 'nobody at all', and must be of mail"
                        + " addresses");
    }

    private Plugin plugin(Map<String, Object> more) throws Options.Invalid {
        var smtp = new HashMap<String, Object>(Map.of(
                "from", "slipway@example.com",
                "host", "127.0.0.1",
                "port", server.getSmtp().getPort()));
        smtp.putAll(more);
        return Notices.plugin("email", Map.of("recipients", List.of("ops@example.com"), "smtp", smtp));
    }
}
