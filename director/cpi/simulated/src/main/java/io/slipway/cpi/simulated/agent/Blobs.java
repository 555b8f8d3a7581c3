package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.blob.BlobClient;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Blobs in memory, or nowhere: a simulated VM has no disk to keep them on. */
final class Blobs {
    private final BlobClient client;

    Blobs(BlobClient client) {
        this.client = client;
    }

    void liveAt(String address) {
        client.liveAt(address);
    }

    /** Fetches a blob and keeps nothing of it. Fails with DIGEST_MISMATCH or UNREACHABLE. */
    void check(BlobRef blob) throws CommandFailure, IOException, InterruptedException {
        client.fetch(blob, OutputStream::nullOutputStream);
    }

    /** Fetches a blob that is small enough for memory. Fails with DIGEST_MISMATCH or UNREACHABLE. */
    byte[] read(BlobRef blob) throws CommandFailure, IOException, InterruptedException {
        var fetched = new ByteArrayOutputStream();
        client.fetch(blob, () -> {
            fetched.reset();
            return fetched;
        });
        return fetched.toByteArray();
    }

    /** PUTs the content and returns its digest. Fails with UNREACHABLE. */
    String upload(byte[] content, String url) throws CommandFailure, IOException, InterruptedException {
        return client.upload(
                new BlobClient.Content() {
                    @Override
                    public long size() {
                        return content.length;
                    }

                    @Override
                    public InputStream open() {
                        return new ByteArrayInputStream(content);
                    }
                },
                url);
    }
}
