package io.slipway.agent.blob;

import io.slipway.agent.core.blob.BlobClient;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Blobs as files: nobody sees one whose digest is wrong. */
public final class BlobFiles {
    private final BlobClient client;

    public BlobFiles(BlobClient client) {
        this.client = client;
    }

    /** Leaves the blob's content in the file, or fails with DIGEST_MISMATCH or UNREACHABLE and leaves no file. */
    public void fetch(BlobRef blob, Path file) throws CommandFailure, IOException, InterruptedException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        boolean isWhole = false;
        try {
            client.fetch(blob, () -> Files.newOutputStream(file));
            isWhole = true;
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        } finally {
            if (!isWhole) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** PUTs the file, and gives its digest. Fails with UNREACHABLE. */
    public String upload(Path file, String url) throws CommandFailure, IOException, InterruptedException {
        return client.upload(
                new BlobClient.Content() {
                    @Override
                    public long size() throws IOException {
                        return Files.size(file);
                    }

                    @Override
                    public InputStream open() throws IOException {
                        return Files.newInputStream(file);
                    }
                },
                url);
    }
}
