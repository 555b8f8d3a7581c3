package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.store.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void listens_on_addresses_that_come_later_as_soon_as_they_are_there() throws Exception {
        String later = "127.89." + ThreadLocalRandom.current().nextInt(256) + ".1";
        int port = FreePort.any();
        try (var listeners =
                Listeners.start("the test", List.of("127.0.0.1", later), address -> socket(address, port))) {
            assertThat(listeners.isListening()).isTrue();
            assertThat(answers("127.0.0.1", port)).isTrue();
            assertThat(answers(later, port)).isFalse();

            assumeTrue(ip("add", later), "only root can give the machine an address");
            try {
                long end = System.nanoTime() + DEADLINE.toNanos();
                while (!answers(later, port)) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            } finally {
                ip("del", later);
            }
        }
        assertThat(answers("127.0.0.1", port)).isFalse();
    }

    @Test
    void says_that_it_listens_nowhere_yet() throws Exception {
        try (var listeners =
                Listeners.start("the test", List.of("192.0.2.250"), address -> socket(address, FreePort.any()))) {
            assertThat(listeners.isListening()).isFalse();
        }
    }

    @Test
    void fails_at_once_where_a_port_is_taken_and_leaves_nothing_listening() throws Exception {
        int port = FreePort.any();
        try (var taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> Listeners.start(
                            "the test", List.of("127.0.0.1"), address -> socket(address, taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    private static ServerSocket socket(String address, int port) throws IOException {
        return new ServerSocket(port, 10, InetAddress.getByName(address));
    }

    private static boolean answers(String address, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean ip(String what, String address) throws Exception {
        return new ProcessBuilder("ip", "addr", what, address + "/32", "dev", "lo")
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
    }
}
