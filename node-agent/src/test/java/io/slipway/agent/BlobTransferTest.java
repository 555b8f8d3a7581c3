package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.slipway.agent.blob.BlobClient;
import io.slipway.agent.command.CommandFailure;
import io.slipway.agent.stream.Identity;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of transfers when the blobstore goes away, comes back, or breaks off. */
@Timeout(20)
class BlobTransferTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] CONTENT = "a compiled package".getBytes(StandardCharsets.US_ASCII);

    private final AtomicInteger asked = new AtomicInteger();
    private Path file;
    private int port;
    private Identity identity;
    private @Nullable HttpsServer blobstore;

    @BeforeEach
    void choosePort(@TempDir Path folder) throws Exception {
        file = folder.resolve("blob");
        var authority = new TestAuthority();
        var leaf = authority.issue("blobs", new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        identity = Identity.ofPem(authority.pem(), leaf.certificatePem(), leaf.keyPem());
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

        client(LONG).fetch(blob(), file);

        returned.get();
        assertThat(file).hasBinaryContent(CONTENT);
    }

    @Test
    void uploads_to_a_director_that_comes_back() throws Exception {
        Files.write(file, CONTENT);
        var got = new CompletableFuture<byte[]>();
        var returned = after(SHORT, exchange -> {
            got.complete(exchange.getRequestBody().readAllBytes());
            answer(exchange, 201, new byte[0]);
        });

        assertThat(client(LONG).upload(file, url())).isEqualTo(TestVm.sha256(CONTENT));

        returned.get();
        assertThat(got.get()).isEqualTo(CONTENT);
    }

    @Test
    void gives_up_a_director_that_stays_away() {
        long began = System.nanoTime();

        assertThatThrownBy(() -> client(SHORT).fetch(blob(), file))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.toProto().getCode()).isEqualTo(Failure.Code.UNREACHABLE))
                .hasMessageContaining("cannot fetch https://127.0.0.1:" + port + "/blob")
                .hasMessageNotContaining("secret");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SHORT);
        assertThat(file).doesNotExist();
    }

    @Test
    void asks_again_where_the_director_is_not_ready() throws Exception {
        serve(exchange -> answer(exchange, asked.incrementAndGet() < 3 ? 503 : 200, CONTENT));

        client(LONG).fetch(blob(), file);

        assertThat(asked).hasValue(3);
    }

    @Test
    void does_not_ask_again_for_what_is_refused() throws Exception {
        serve(exchange -> {
            asked.incrementAndGet();
            answer(exchange, 403, new byte[0]);
        });

        assertThatThrownBy(() -> client(LONG).fetch(blob(), file)).hasMessageContaining("HTTP status 403");
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

        client(LONG).fetch(blob(), file);

        assertThat(asked).hasValue(2);
        assertThat(file).hasBinaryContent(CONTENT);
    }

    @Test
    void does_not_take_its_own_disk_for_the_director() throws Exception {
        serve(exchange -> answer(exchange, 200, CONTENT));
        Files.createDirectory(file);

        assertThatThrownBy(() -> client(LONG).fetch(blob(), file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write " + file);
    }

    private BlobClient client(Duration patience) {
        return new BlobClient(() -> identity.sslContext().getSocketFactory(), patience);
    }

    private String url() {
        return "https://127.0.0.1:" + port + "/blob?signature=secret";
    }

    private BlobRef blob() {
        return BlobRef.newBuilder()
                .setUrl(url())
                .setSha256(TestVm.sha256(CONTENT))
                .build();
    }

    private CompletableFuture<Void> after(Duration pause, HttpHandler handler) {
        return CompletableFuture.runAsync(
                () -> serve(handler), CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void serve(HttpHandler handler) {
        try {
            var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(identity.sslContext()));
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
