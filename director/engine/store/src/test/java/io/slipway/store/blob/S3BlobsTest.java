package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

class S3BlobsTest extends BlobsContract {
    private static final AtomicInteger BUCKETS = new AtomicInteger();
    private static S3Server server;

    private final String bucket = "bucket-" + BUCKETS.incrementAndGet();
    private final AtomicInteger directors = new AtomicInteger();

    @BeforeAll
    static void startServer(@TempDir Path folder) throws Exception {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    S3Areas director() throws IOException {
        return S3Areas.open(server.bucket(bucket), folder.resolve("copies" + directors.incrementAndGet()));
    }

    @Override
    void damage(String sha256) throws IOException {
        Files.write(server.files(bucket).resolve("director/blobs").resolve(sha256), content(100));
    }

    @Override
    int kept() throws IOException {
        try (var all = Files.walk(server.files(bucket))) {
            return (int) all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void who_reads_what_is_damaged_is_told() throws Exception {
        var stored = blobs.put(content(200));
        damage(stored.sha256());

        assertThatThrownBy(() -> read(blobs, stored.sha256()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(stored.sha256());
    }

    @Test
    void a_large_blob_is_put_in_parts() throws Exception {
        long size = 2 * S3Multipart.PART_BYTES + 17;

        var stored = blobs.put(new SmallHeapTest.Endless(size));

        assertThat(blobs.size(stored.sha256())).isEqualTo(size);
        try (var content = blobs.open(stored.sha256())) {
            content.skipNBytes(size);
            assertThat(content.read()).isEqualTo(-1);
        }
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void parts_of_an_upload_that_was_cut_off_go_when_they_are_old() throws Exception {
        try (var areas = director();
                var client = S3Areas.client(server.settings(bucket))) {
            client.createMultipartUpload(request -> request.bucket(bucket).key("director/blobs/" + "0".repeat(64)));

            areas.tidy("blobs");
            assertThat(uploads(client)).isEqualTo(1);

            areas.tidy("blobs", Duration.ofSeconds(-60));
            assertThat(uploads(client)).isZero();
        }
    }

    private int uploads(S3Client client) {
        return client.listMultipartUploads(request -> request.bucket(bucket))
                .uploads()
                .size();
    }

    @Test
    void a_bucket_that_is_not_there_is_named_at_once() {
        assertThatThrownBy(() -> S3Areas.open(server.settings("no-such-bucket"), folder.resolve("copies")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-bucket")
                .hasMessageNotContaining("secret-of-the-test");
    }

    @Test
    void a_store_that_does_not_answer_fails_what_is_asked_of_it() throws Exception {
        var nowhere = new BlobSettings.S3(
                Optional.of(URI.create("http://127.0.0.1:1")), "us-east-1", "bucket", "", true, "tester", "secret");
        try (var areas = S3Areas.open(nowhere, folder.resolve("copies"))) {
            Blobs unreachable = areas.area("blobs");

            assertThatThrownBy(() -> unreachable.put(content(10))).hasRootCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> unreachable.open("0".repeat(64))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> areas.tidy("blobs")).isInstanceOf(IOException.class);
        }
    }
}
