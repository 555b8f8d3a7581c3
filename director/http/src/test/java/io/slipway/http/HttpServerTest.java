package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.HttpServer.HttpSettings;
import io.slipway.secrets.certificate.DirectorCa;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.FreePort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
    @TempDir
    Path folder;

    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "server");

    @AfterEach
    void stop() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void what_was_asked_for_is_answered_before_it_ends_and_nothing_else_is() throws Exception {
        try (var database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""))) {
            var ca = DirectorCa.loadOrCreate(
                    database.jdbi(), folder.resolve("ca"), new EncryptionKey(new byte[32]), Clock.systemUTC());
            var certificate = ca.issueServer("server", List.of(), List.of("127.0.0.1"));
            int port = FreePort.any();
            var asked = new CompletableFuture<Void>();
            var answer = new CompletableFuture<org.apache.pekko.http.javadsl.model.HttpResponse>();
            var server = HttpServer.start(
                    system,
                    new HttpSettings("127.0.0.1", port, certificate.certificatePem(), certificate.privateKeyPem()),
                    request -> {
                        asked.complete(null);
                        return answer;
                    });
            var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port))
                    .build();
            var client =
                    HttpClient.newBuilder().sslContext(trusting(ca.caPem())).build();
            var answered = client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
            asked.get(30, TimeUnit.SECONDS);

            var ended = CompletableFuture.runAsync(server::close);
            awaitFree(port);

            assertThat(ended).isNotDone();
            var other = HttpClient.newBuilder().sslContext(trusting(ca.caPem())).build();
            assertThatThrownBy(() -> other.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            answer.complete(
                    org.apache.pekko.http.javadsl.model.HttpResponse.create().withEntity("done"));
            assertThat(answered.get(30, TimeUnit.SECONDS).body()).isEqualTo("done");
            ended.get(30, TimeUnit.SECONDS);
        }
    }

    private static void awaitFree(int port) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < end) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress("127.0.0.1", port));
                return;
            } catch (IOException taken) {
                Thread.onSpinWait();
            }
        }
        throw new AssertionError("port " + port + " is not free");
    }

    private static SSLContext trusting(String ca) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(ca.getBytes(StandardCharsets.US_ASCII))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
