package io.slipway.agent.blob;

import io.slipway.agent.command.CommandFailure;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches and uploads blobs over HTTPS, trusting only the agent's authorities. Whatever is fetched is checked against
 * its digest while it streams; nobody sees a file whose digest is wrong.
 */
public final class BlobClient {
    private static final int ATTEMPTS = 4;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private final Supplier<SSLSocketFactory> sockets;

    public BlobClient(Supplier<SSLSocketFactory> sockets) {
        this.sockets = sockets;
    }

    /** Leaves the blob's content in the file, or fails with DIGEST_MISMATCH or UNREACHABLE and leaves no file. */
    public void fetch(BlobRef blob, Path file) throws CommandFailure, IOException, InterruptedException {
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        for (var attempt = 1; ; attempt++) {
            try {
                var digest = download(blob.getUrl(), file);
                if (digest.equals(blob.getSha256())) {
                    return;
                }
                Files.deleteIfExists(file);
                throw new CommandFailure(
                        Failure.Code.DIGEST_MISMATCH,
                        "blob from " + withoutQuery(blob.getUrl()) + " has digest " + digest + ", not "
                                + blob.getSha256() + ": upload it again");
            } catch (PermanentError e) {
                Files.deleteIfExists(file);
                throw unreachable("fetch", blob.getUrl(), e);
            } catch (IOException e) {
                Files.deleteIfExists(file);
                if (attempt == ATTEMPTS) {
                    throw unreachable("fetch", blob.getUrl(), e);
                }
            }
            pause(attempt);
        }
    }

    /** PUTs the file, and gives its digest. */
    public String upload(Path file, String url) throws CommandFailure, IOException, InterruptedException {
        var digest = sha256(file);
        for (var attempt = 1; ; attempt++) {
            try {
                put(file, url);
                return digest;
            } catch (PermanentError e) {
                throw unreachable("upload to", url, e);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw unreachable("upload to", url, e);
                }
            }
            pause(attempt);
        }
    }

    private String download(String url, Path file) throws IOException {
        var connection = open(url);
        try {
            requireSuccess(connection);
            var sha256 = digester();
            try (InputStream in = new DigestInputStream(connection.getInputStream(), sha256);
                    var out = Files.newOutputStream(file)) {
                in.transferTo(out);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } finally {
            connection.disconnect();
        }
    }

    private void put(Path file, String url) throws IOException {
        var connection = open(url);
        try {
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/octet-stream");
            connection.setFixedLengthStreamingMode(Files.size(file));
            try (var out = connection.getOutputStream()) {
                Files.copy(file, out);
            }
            requireSuccess(connection);
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection open(String url) throws IOException {
        URL address;
        try {
            address = URI.create(url).toURL();
        } catch (IllegalArgumentException e) {
            throw new PermanentError("not an address");
        }
        if (!(address.openConnection() instanceof HttpsURLConnection connection)) {
            throw new PermanentError("not an https address");
        }
        connection.setSSLSocketFactory(sockets.get());
        connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        connection.setReadTimeout(READ_TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static void requireSuccess(HttpURLConnection connection) throws IOException {
        var status = connection.getResponseCode();
        if (status / 100 == 2) {
            return;
        }
        if (status / 100 == 5 || status == 429 || status == 408) {
            throw new IOException("HTTP status " + status);
        }
        throw new PermanentError("HTTP status " + status);
    }

    public static String sha256(Path file) throws IOException {
        var sha256 = digester();
        try (var in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest digester() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CommandFailure unreachable(String verb, String url, IOException e) {
        return new CommandFailure(
                Failure.Code.UNREACHABLE, "cannot " + verb + " " + withoutQuery(url) + ": " + e.getMessage());
    }

    /** The query holds the signature, which belongs in no log. */
    private static String withoutQuery(String url) {
        var query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    private static void pause(int attempt) throws InterruptedException {
        Thread.sleep(200L << attempt);
    }

    /** An answer that another attempt would not change. */
    private static final class PermanentError extends IOException {
        private static final long serialVersionUID = 1;

        PermanentError(String message) {
            super(message);
        }
    }
}
