package io.slipway.health.plugin.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.slipway.health.plugin.Notices;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginQueue;
import io.slipway.health.plugin.Plugins;
import io.slipway.store.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LinePluginsTest {
    private static final long TIME = Notices.AT.getEpochSecond();

    @Test
    void graphite_gets_a_line_per_metric_by_the_names_that_bosh_gives() throws Exception {
        try (var carbon = LineReceiver.ofLines();
                var plugin = Notices.plugin(
                        "graphite", Map.of("host", "127.0.0.1", "port", carbon.port(), "prefix", "bosh"))) {
            plugin.deliver(List.of(Notices.heartbeat()));

            Notices.await("all metrics", () -> carbon.text().contains("system_healthy"));
            assertThat(carbon.text().lines())
                    .contains(
                            "bosh.shop.web.w0.i-w0-1.system_cpu_user 1.5 " + TIME,
                            "bosh.shop.web.w0.i-w0-1.system_disk_system_percent 81 " + TIME,
                            "bosh.shop.web.w0.i-w0-1.system_healthy 1 " + TIME)
                    .noneMatch(line -> line.contains("persistent"));
        }
    }

    @Test
    void tsdb_gets_a_put_per_metric() throws Exception {
        try (var tsdb = LineReceiver.ofLines();
                var plugin = Notices.plugin("tsdb", Map.of("host", "127.0.0.1", "port", tsdb.port()))) {
            plugin.deliver(List.of(Notices.heartbeat()));

            Notices.await("all metrics", () -> tsdb.text().contains("system.healthy"));
            assertThat(tsdb.text().lines())
                    .contains("put system.cpu.user " + TIME + " 1.5 deployment=shop id=w0 index=0 job=web");
        }
    }

    @Test
    void a_receiver_that_was_started_anew_misses_nothing() throws Exception {
        try (var carbon = LineReceiver.ofLines();
                var plugin = Notices.plugin("graphite", Map.of("host", "127.0.0.1", "port", carbon.port()))) {
            plugin.deliver(List.of(Notices.heartbeat(1)));
            Notices.await("the first", () -> carbon.text().contains("shop.web.w1."));
            carbon.hangUp();

            plugin.deliver(List.of(Notices.heartbeat(2)));

            Notices.await("the second", () -> carbon.text().contains("shop.web.w2."));
        }
    }

    @Test
    void a_receiver_that_is_not_there_is_tried_again() throws Exception {
        int port = FreePort.any();
        try (var plugin = Notices.plugin("tsdb", Map.of("host", "127.0.0.1", "port", port))) {
            assertThatThrownBy(() -> plugin.deliver(List.of(Notices.heartbeat())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + port);
        }
    }

    @Test
    void a_receiver_that_never_reads_holds_nobody_up_and_what_is_lost_is_counted() throws Exception {
        try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var plugins = Plugins.start(
                        List.of(Notices.settings(
                                "graphite", Map.of("host", "127.0.0.1", "port", deaf.getLocalPort(), "queue", 100))),
                        Notices.NOTHING)) {
            Notices.await("its buffers are full, and the queue, too", () -> {
                long begun = System.nanoTime();
                for (int i = 0; i < 1000; i++) {
                    plugins.tell(Notices.heartbeat(i));
                }
                assertThat((System.nanoTime() - begun) / 1_000_000).isLessThan(5_000);
                return counts(plugins).lost() > 10_000;
            });

            assertThat(counts(plugins).waiting()).isEqualTo(100);
        }
    }

    private static PluginQueue.Counts counts(Plugins plugins) {
        return Objects.requireNonNull(plugins.counts().get("graphite"));
    }

    @Test
    void syslog_gets_rfc_5424_with_counted_octets() throws Exception {
        try (var syslog = LineReceiver.ofLines();
                var plugin = Notices.plugin(
                        "syslog",
                        Map.of("host", "127.0.0.1", "port", syslog.port(), "transport", "tcp", "facility", 16))) {
            plugin.deliver(List.of(Notices.raised(), Notices.resolved()));

            Notices.await("both", () -> syslog.text().contains("resolved"));
            String text = syslog.text();
            int space = text.indexOf(' ');
            int length = Integer.parseInt(text.substring(0, space));
            String first = text.substring(space + 1, space + 1 + length);
            // Facility 16, severity 2.
            assertThat(first)
                    .startsWith("<130>1 2026-01-01T00:00:00Z ")
                    .contains(" slipway-health-monitor ")
                    .contains(" ALERT [alert@32473 rule=\"vm_gone\"")
                    .endsWith("Time: 2026-01-01T00:00:00Z");
            String rest = text.substring(space + 1 + length);
            assertThat(rest).matches("(?s)[0-9]+ <133>1 2026-01-01T00:00:30Z .*");
        }
    }

    @Test
    void riemann_gets_its_messages_and_says_that_it_has_them() throws Exception {
        // Msg with ok = true.
        try (var riemann = LineReceiver.ofFrames(new byte[] {0, 0, 0, 2, 0x10, 1});
                var plugin = Notices.plugin("riemann", Map.of("host", "127.0.0.1", "port", riemann.port()))) {
            plugin.deliver(List.of(Notices.raised(), Notices.heartbeat()));

            var events = UnknownFieldSet.parseFrom(riemann.bytes()).getField(6).getLengthDelimitedList();
            var alert = UnknownFieldSet.parseFrom(events.getFirst());
            assertThat(alert.getField(1).getVarintList()).containsExactly(TIME);
            assertThat(text(alert, 2)).isEqualTo("critical");
            assertThat(text(alert, 3)).isEqualTo("bosh.hm");
            assertThat(text(alert, 5)).contains("is gone");
            var metric = UnknownFieldSet.parseFrom(events.get(1));
            assertThat(Double.longBitsToDouble(
                            metric.getField(14).getFixed64List().getFirst()))
                    .isEqualTo(0.75);
            var attributes = metric.getField(9).getLengthDelimitedList().stream()
                    .map(one -> {
                        try {
                            var attribute = UnknownFieldSet.parseFrom(one);
                            return text(attribute, 1) + "=" + text(attribute, 2);
                        } catch (IOException malformed) {
                            throw new IllegalStateException(malformed);
                        }
                    })
                    .toList();
            assertThat(attributes).contains("name=system.load.1m", "deployment=shop", "id=w0");
        }
    }

    @Test
    void what_riemann_refuses_is_not_tried_again() throws Exception {
        // Msg with ok = false and error = "no".
        try (var riemann = LineReceiver.ofFrames(new byte[] {0, 0, 0, 6, 0x10, 0, 0x1a, 2, 'n', 'o'});
                var plugin = Notices.plugin("riemann", Map.of("host", "127.0.0.1", "port", riemann.port()))) {
            assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                    .isInstanceOf(Plugin.Refused.class)
                    .hasMessageContaining("'no'");
        }
    }

    private static String text(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().getFirst().toStringUtf8();
    }
}
