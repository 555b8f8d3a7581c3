package io.slipway.cpi.simulated.agent;

import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;

/** Fetches and uploads blobs over HTTPS as the node agent does: from known authorities only, and never unchecked. */
final class Blobs implements AutoCloseable {
    private static final int ATTEMPTS = 4;
    private static final int AT_ONCE = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    private Blobs(HttpClient client) {
        this.client = client;
    }

    static Blobs with(SSLContext tls) {
        return new Blobs(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .sslContext(tls)
                .build());
    }

    /** Fetches a blob and keeps nothing of it. Fails with DIGEST_MISMATCH or UNREACHABLE. */
    void check(BlobRef blob) throws CommandFailure, InterruptedException {
        fetch(blob, OutputStream::nullOutputStream);
    }

    /** Fetches a blob that is small enough for memory. Fails with DIGEST_MISMATCH or UNREACHABLE. */
    byte[] read(BlobRef blob) throws CommandFailure, InterruptedException {
        return ((ByteArrayOutputStream) fetch(blob, ByteArrayOutputStream::new)).toByteArray();
    }

    /** PUTs the content and returns its digest. Fails with UNREACHABLE. */
    String upload(byte[] content, String url) throws CommandFailure, InterruptedException {
        var request = request(url)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                .header("Content-Type", "application/octet-stream")
                .build();
        attempt("upload to", url, () -> {
            requireSuccess(client.send(request, BodyHandlers.discarding()));
            return content;
        });
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    /** A transfer that may fail. */
    @FunctionalInterface
    private interface Transfer<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Where a new attempt writes to. */
    @FunctionalInterface
    private interface Sink {
        OutputStream open();
    }

    private OutputStream fetch(BlobRef blob, Sink sink) throws CommandFailure, InterruptedException {
        if (!blob.getSha256().matches("[0-9a-f]{64}")) {
            throw new CommandFailure(
                    Failure.Code.INVALID, "'" + blob.getSha256() + "' is not a lower-case hexadecimal SHA-256 digest");
        }
        var request = request(blob.getUrl()).GET().build();
        var digest = sha256();
        var fetched = attempt("fetch", blob.getUrl(), () -> {
            digest.reset();
            var response = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = new DigestInputStream(response.body(), digest)) {
                requireSuccess(response);
                var out = sink.open();
                body.transferTo(out);
                return out;
            }
        });
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(blob.getSha256())) {
            throw new CommandFailure(
                    Failure.Code.DIGEST_MISMATCH,
                    "blob from " + withoutQuery(blob.getUrl()) + " has digest " + found + ", not " + blob.getSha256()
                            + ": upload it again");
        }
        return fetched;
    }

    private <T> T attempt(String verb, String url, Transfer<T> transfer) throws CommandFailure, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            turns.acquire();
            try {
                return transfer.run();
            } catch (IOException e) {
                if (attempt == ATTEMPTS || e instanceof PermanentError) {
                    throw new CommandFailure(
                            Failure.Code.UNREACHABLE,
                            "cannot " + verb + " " + withoutQuery(url) + ": " + e.getMessage());
                }
            } finally {
                turns.release();
            }
            Thread.sleep(100L << attempt);
        }
    }

    private static HttpRequest.Builder request(String url) throws CommandFailure {
        try {
            var address = URI.create(url);
            if ("https".equals(address.getScheme())) {
                return HttpRequest.newBuilder(address).timeout(TIMEOUT);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new CommandFailure(
                Failure.Code.UNREACHABLE, "cannot reach " + withoutQuery(url) + ": not an https address");
    }

    private static void requireSuccess(HttpResponse<?> response) throws IOException {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return;
        }
        if (status / 100 == 5 || status == 429 || status == 408) {
            throw new IOException("HTTP status " + status);
        }
        throw new PermanentError("HTTP status " + status);
    }

    /** The query holds the signature, which belongs in no log. */
    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** An answer that another attempt would not change. */
    private static final class PermanentError extends IOException {
        private static final long serialVersionUID = 1L;

        PermanentError(String message) {
            super(message);
        }
    }
}
