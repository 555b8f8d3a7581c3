package io.slipway.http;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.japi.function.Function;

/** The HTTPS server of the API. */
public final class HttpServer implements AutoCloseable {
    private static final int START_SECONDS = 20;
    /** Longer than an entity is asked for an answer; who sends an archive for longer than this is cut off. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(20);

    private static final char[] NO_PASSWORD = new char[0];

    private final ServerBinding binding;

    private HttpServer(ServerBinding binding) {
        this.binding = binding;
    }

    /** Where to listen, and as whom: a certificate and an EC key (PKCS #8), both PEM. */
    public record HttpSettings(String address, int port, String certificatePem, String privateKeyPem) {
        @Override
        public String toString() {
            return "HttpSettings[" + address + ":" + port + "]";
        }
    }

    /** Starts to listen; throws {@link IOException} naming the address where that fails. */
    public static HttpServer start(
            ActorSystem<?> system, HttpSettings settings, Function<HttpRequest, CompletionStage<HttpResponse>> api)
            throws IOException {
        try {
            var tls = ConnectionContext.httpsServer(tls(settings));
            return new HttpServer(Http.get(system)
                    .newServerAt(settings.address(), settings.port())
                    .enableHttps(tls)
                    .withSettings(settingsOf(system))
                    .bind(api)
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS));
        } catch (GeneralSecurityException broken) {
            throw new IOException("the API's certificate cannot be used: " + broken.getMessage(), broken);
        } catch (ExecutionException | TimeoutException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new IOException(
                    "cannot listen on " + settings.address() + ":" + settings.port() + ": " + cause.getMessage(),
                    cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting to listen", interrupted);
        }
    }

    /**
     * Takes no more connections, and answers what was asked for already: clients repeat what breaks off, as if it had not been
     * done.
     */
    @Override
    public void close() {
        binding.terminate(LONGEST_ANSWER).toCompletableFuture().join();
    }

    private static ServerSettings settingsOf(ActorSystem<?> system) {
        // What is asked of entities is given up after some 40 seconds, with an answer that says so: the server must not
        // be quicker, and answer for a request that is done all the same. Uploads take as long as they take.
        // Clients write brackets into queries as they are. A warning would have the header's value in it, and that
        // may be a password. The end of an answer must not wait 40 ms for the client to acknowledge its beginning.
        String ours = """
                pekko.http.server {
                  request-timeout = 90s
                  socket-options.tcp-no-delay = true
                  parsing {
                    uri-parsing-mode = relaxed
                    max-uri-length = 8k
                    illegal-header-warnings = off
                    error-handler = "%s"
                  }
                }
                """.formatted(MalformedRequest.class.getName());
        return ServerSettings.create(ConfigFactory.parseString(ours)
                        .withFallback(system.settings().config()))
                .withRemoteAddressAttribute(true);
    }

    private static SSLContext tls(HttpSettings settings) throws GeneralSecurityException, IOException {
        var certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(settings.certificatePem().getBytes(StandardCharsets.US_ASCII)));
        String base64 =
                settings.privateKeyPem().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        var key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry("api", key, NO_PASSWORD, new java.security.cert.Certificate[] {certificate});
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, new SecureRandom());
        return context;
    }
}
