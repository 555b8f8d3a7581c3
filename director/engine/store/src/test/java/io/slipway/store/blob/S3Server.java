package io.slipway.store.blob;

import io.slipway.store.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** An S3 server over a folder, of which each folder is a bucket; the test is skipped where the server was not built. */
final class S3Server implements AutoCloseable {
    private static final String SECRET = "secret-of-the-test";

    private final Process process;
    private final Path buckets;
    private final int port;

    private S3Server(Process process, Path buckets, int port) {
        this.process = process;
        this.buckets = buckets;
        this.port = port;
    }

    static S3Server start(Path folder) throws Exception {
        Path program = program();
        Assumptions.assumeTrue(
                Files.isExecutable(program),
                "there is no S3 server at " + program + ": src/test/s3/versitygw builds it");
        Path buckets = Files.createDirectory(folder.resolve("buckets"));
        int port = FreePort.any();
        var process = new ProcessBuilder(
                        program.toString(),
                        "--port",
                        "127.0.0.1:" + port,
                        "--access",
                        "tester",
                        "--secret",
                        SECRET,
                        "--quiet",
                        "posix",
                        "--sidecar",
                        Files.createDirectory(folder.resolve("sidecar")).toString(),
                        buckets.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3.log").toFile())
                .start();
        var server = new S3Server(process, buckets, port);
        server.awaitAnswer();
        return server;
    }

    private static Path program() throws Exception {
        var asked = new ProcessBuilder("src/test/s3/versitygw", "--path").start();
        return Path.of(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    private void awaitAnswer() throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (true) {
            try (var answered = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                if (Instant.now().isAfter(deadline) || !process.isAlive()) {
                    throw notYet;
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** A bucket, made where there is none. */
    BlobSettings.S3 bucket(String name) throws IOException {
        Files.createDirectories(buckets.resolve(name));
        return settings(name);
    }

    BlobSettings.S3 settings(String bucket) {
        return new BlobSettings.S3(
                Optional.of(URI.create("http://127.0.0.1:" + port)),
                "us-east-1",
                bucket,
                "director/",
                true,
                "tester",
                SECRET);
    }

    /** Where a bucket's objects are. */
    Path files(String bucket) {
        return buckets.resolve(bucket);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
