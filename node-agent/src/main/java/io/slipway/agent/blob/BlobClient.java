package io.slipway.agent.blob;

import io.slipway.agent.command.CommandFailure;
import io.slipway.agent.retry.Backoff;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches and uploads blobs over HTTPS, trusting only the agent's authorities. Whatever is fetched is checked against
 * its digest while it streams; nobody sees a file whose digest is wrong. Where nobody answers it tries again for a while:
 * the director may be starting anew, and what was compiled for minutes is not to be lost to that.
 */
public final class BlobClient {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private final Supplier<SSLSocketFactory> sockets;
    private final Duration patience;

    /** @param patience for how long a transfer is tried again after it failed first */
    public BlobClient(Supplier<SSLSocketFactory> sockets, Duration patience) {
        this.sockets = sockets;
        this.patience = patience;
    }

    /** A transfer that another attempt may bring about. */
    @FunctionalInterface
    private interface Transfer<T> {
        T run() throws IOException;
    }

    /** Leaves the blob's content in the file, or fails with DIGEST_MISMATCH or UNREACHABLE and leaves no file. */
    public void fetch(BlobRef blob, Path file) throws CommandFailure, IOException, InterruptedException {
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        boolean isWhole = false;
        try {
            String digest = untilThrough("fetch", blob.getUrl(), () -> download(blob.getUrl(), file));
            isWhole = digest.equals(blob.getSha256());
            if (!isWhole) {
                throw new CommandFailure(
                        Failure.Code.DIGEST_MISMATCH,
                        "blob from " + withoutQuery(blob.getUrl()) + " has digest " + digest + ", not "
                                + blob.getSha256() + ": upload it again");
            }
        } finally {
            if (!isWhole) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** PUTs the file, and gives its digest. Fails with UNREACHABLE. */
    public String upload(Path file, String url) throws CommandFailure, IOException, InterruptedException {
        var digest = sha256(file);
        return untilThrough("upload to", url, () -> {
            put(file, url);
            return digest;
        });
    }

    private <T> T untilThrough(String verb, String url, Transfer<T> transfer)
            throws CommandFailure, IOException, InterruptedException {
        var backoff = new Backoff(ThreadLocalRandom.current());
        long failedFirst = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                return transfer.run();
            } catch (FileError e) {
                throw e;
            } catch (PermanentError e) {
                throw unreachable(verb, url, e);
            } catch (IOException e) {
                long now = System.nanoTime();
                failedFirst = attempt == 1 ? now : failedFirst;
                if (now - failedFirst >= patience.toNanos()) {
                    throw unreachable(verb, url, e);
                }
            }
            Thread.sleep(backoff.next());
        }
    }

    private String download(String url, Path file) throws IOException {
        var connection = open(url);
        try {
            requireSuccess(connection);
            var sha256 = digester();
            try (InputStream in = new DigestInputStream(connection.getInputStream(), sha256);
                    var out = fileToWrite(file)) {
                var buffer = new byte[BUFFER_BYTES];
                long total = 0;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    write(out, buffer, read, file);
                    total += read;
                }
                requireWhole(connection, total);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } finally {
            connection.disconnect();
        }
    }

    private static OutputStream fileToWrite(Path file) throws FileError {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new FileError(file, e);
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length, Path file) throws FileError {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new FileError(file, e);
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

    /** Java takes an answer that was cut short for its end. */
    private static void requireWhole(HttpURLConnection connection, long bytes) throws IOException {
        long promised = connection.getContentLengthLong();
        if (promised >= 0 && bytes != promised) {
            throw new IOException("the answer ended after " + bytes + " of " + promised + " bytes");
        }
    }

    public static String sha256(Path file) throws IOException {
        var sha256 = digester();
        try (var in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
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

    /** An answer that another attempt would not change. */
    private static final class PermanentError extends IOException {
        private static final long serialVersionUID = 1;

        PermanentError(String message) {
            super(message);
        }
    }

    /** This machine's own trouble, such as a full disk. */
    private static final class FileError extends IOException {
        private static final long serialVersionUID = 1;

        FileError(Path file, IOException cause) {
            super("cannot write " + file + ": " + cause.getMessage(), cause);
        }
    }
}
