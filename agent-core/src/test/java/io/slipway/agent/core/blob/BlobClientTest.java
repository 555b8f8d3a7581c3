package io.slipway.agent.core.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.identity.Authorities;
import io.slipway.agent.core.kit.BlobServer;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of transfers when the blobstore goes away, comes back, or breaks off. */
@Timeout(20)
class BlobClientTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] CONTENT = "a compiled package".getBytes(StandardCharsets.US_ASCII);

    private final AtomicInteger asked = new AtomicInteger();
    private final TestAuthority authority = new TestAuthority();
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private SSLSocketFactory sockets;
    private int port;
    private @Nullable HttpsServer blobstore;

    @BeforeEach
    void choosePort() throws Exception {
        sockets = Authorities.ofPem(authority.pem()).sockets();
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        if (blobstore != null) {
            blobstore.stop(0);
        }
    }

    @Test
    void fetches_from_a_director_that_comes_back() throws Exception {
        var returned = after(SHORT, exchange -> answer(exchange, 200, CONTENT));

        client(LONG).fetch(blob(), this::sink);

        returned.get();
        assertThat(got.toByteArray()).isEqualTo(CONTENT);
    }

    @Test
    void uploads_to_a_director_that_comes_back() throws Exception {
        var put = new CompletableFuture<byte[]>();
        var returned = after(SHORT, exchange -> {
            put.complete(exchange.getRequestBody().readAllBytes());
            answer(exchange, 201, new byte[0]);
        });

        assertThat(client(LONG).upload(content(), url())).isEqualTo(BlobServer.sha256(CONTENT));

        returned.get();
        assertThat(put.get()).isEqualTo(CONTENT);
    }

    @Test
    void gives_up_a_director_that_stays_away() {
        long began = System.nanoTime();

        assertThatThrownBy(() -> client(SHORT).fetch(blob(), this::sink))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.toProto().getCode()).isEqualTo(Failure.Code.UNREACHABLE))
                .hasMessageContaining("cannot fetch https://127.0.0.1:" + port + "/blob")
                .hasMessageNotContaining("secret");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SHORT);
    }

    @Test
    void asks_again_where_the_director_is_not_ready() throws Exception {
        serve(exchange -> answer(exchange, asked.incrementAndGet() < 3 ? 503 : 200, CONTENT));

        client(LONG).fetch(blob(), this::sink);

        assertThat(asked).hasValue(3);
    }

    @Test
    void does_not_ask_again_for_what_is_refused() throws Exception {
        serve(exchange -> {
            asked.incrementAndGet();
            answer(exchange, 403, new byte[0]);
        });

        assertThatThrownBy(() -> client(LONG).fetch(blob(), this::sink)).hasMessageContaining("HTTP status 403");
        assertThat(asked).hasValue(1);
    }

    @Test
    void asks_again_for_an_answer_that_broke_off() throws Exception {
        serve(exchange -> {
            if (asked.incrementAndGet() == 1) {
                exchange.sendResponseHeaders(200, CONTENT.length);
                exchange.getResponseBody().write(CONTENT, 0, 5);
                exchange.getResponseBody().flush();
                exchange.close();
            } else {
                answer(exchange, 200, CONTENT);
            }
        });

        client(LONG).fetch(blob(), this::sink);

        assertThat(asked).hasValue(2);
        assertThat(got.toByteArray()).isEqualTo(CONTENT);
    }

    @Test
    void does_not_take_its_own_disk_for_the_director() throws Exception {
        serve(exchange -> {
            asked.incrementAndGet();
            answer(exchange, 200, CONTENT);
        });
        BlobClient.Sink full = () -> new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThatThrownBy(() -> client(LONG).fetch(blob(), full))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThat(asked).hasValue(1);
    }

    @Test
    void refuses_content_that_is_not_what_was_meant() throws Exception {
        serve(exchange -> answer(exchange, 200, "something else".getBytes(StandardCharsets.US_ASCII)));

        assertThatThrownBy(() -> client(LONG).fetch(blob(), this::sink))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.toProto().getCode()).isEqualTo(Failure.Code.DIGEST_MISMATCH))
                .hasMessageNotContaining("secret");
    }

    @Test
    void refuses_what_is_no_digest_or_no_https_address() {
        var blob = blob();
        assertThatThrownBy(() ->
                        client(LONG).fetch(blob.toBuilder().setSha256("ABC").build(), this::sink))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.toProto().getCode()).isEqualTo(Failure.Code.INVALID));
        for (String url : List.of("http://127.0.0.1/blob", "gopher://127.0.0.1/blob", "blob", "https://a b")) {
            assertThatThrownBy(() ->
                            client(LONG).fetch(blob.toBuilder().setUrl(url).build(), this::sink))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.toProto().getCode()).isEqualTo(Failure.Code.UNREACHABLE));
        }
    }

    @Test
    void keeps_its_connection_for_the_next_blob() throws Exception {
        var callers = new ConcurrentSkipListSet<Integer>();
        serve(exchange -> {
            callers.add(exchange.getRemoteAddress().getPort());
            exchange.getRequestBody().readAllBytes();
            answer(exchange, 200, CONTENT);
        });
        var client = client(LONG);

        client.fetch(blob(), this::sink);
        client.upload(content(), url());
        client.fetch(blob(), this::sink);

        assertThat(callers).hasSize(1);
    }

    private BlobClient client(Duration patience) {
        return new BlobClient(() -> sockets, patience);
    }

    private OutputStream sink() {
        got.reset();
        return got;
    }

    private static BlobClient.Content content() {
        return new BlobClient.Content() {
            @Override
            public long size() {
                return CONTENT.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(CONTENT);
            }
        };
    }

    private String url() {
        return "https://127.0.0.1:" + port + "/blob?signature=secret";
    }

    private BlobRef blob() {
        return BlobRef.newBuilder()
                .setUrl(url())
                .setSha256(BlobServer.sha256(CONTENT))
                .build();
    }

    private CompletableFuture<Void> after(Duration pause, HttpHandler handler) {
        return CompletableFuture.runAsync(
                () -> serve(handler), CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void serve(HttpHandler handler) {
        try {
            var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(authority.serverTls()));
            server.createContext("/", handler);
            server.start();
            blobstore = server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] content) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        }
    }
}
