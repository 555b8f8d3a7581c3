package io.slipway.engine.blob;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.logs.LogCollector;
import io.slipway.store.blob.AgentUploads;
import io.slipway.store.blob.BlobSigner;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.Sha256;
import io.slipway.store.blob.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;

/**
 * Blobs as those outside reach them: agents by signed addresses, for one blob and a while; operators what was made for them.
 *
 * <p>What was made for somebody (logs, exported releases) is kept apart from what VMs are made of: it is deleted after a while,
 * and an agent that uploads as logs what is a package somewhere else must not have the package deleted. Calls block.
 */
public final class BlobExchange implements BlobLinks {
    private static final Duration VALIDITY = Duration.ofHours(2);

    private final Blobs blobs;
    private final Blobs bundles;
    private final AgentUploads uploads;
    private final BlobSigner signer;

    /** @param bundles what was made for somebody */
    public BlobExchange(Blobs blobs, Blobs bundles, AgentUploads uploads, BlobSigner signer) {
        this.blobs = blobs;
        this.bundles = bundles;
        this.uploads = uploads;
        this.signer = signer;
    }

    /** A blob's content. */
    public static final class Content {
        private final Blobs area;
        private final String sha256;
        private final long sizeBytes;

        private Content(Blobs area, String sha256, long sizeBytes) {
            this.area = area;
            this.sha256 = sha256;
            this.sizeBytes = sizeBytes;
        }

        public long sizeBytes() {
            return sizeBytes;
        }

        /** To be closed by who reads it. */
        public InputStream open() throws IOException {
            return area.open(sha256);
        }
    }

    /** What was uploaded. */
    public record Uploaded(String sha256, long sizeBytes) {}

    @Override
    public String download(String sha256) {
        return signer.download(sha256, VALIDITY);
    }

    @Override
    public String upload(String uploadKey) {
        return signer.upload(uploadKey, VALIDITY);
    }

    /** Whether a request may do what it asks for now. */
    public boolean isAllowed(String method, String name, long expires, String signature) {
        return signer.isValid(method, name, expires, signature);
    }

    /** A blob that agents may fetch, if it is there. */
    public Optional<Content> fetch(String sha256) {
        return content(blobs, sha256);
    }

    /** Takes in what an agent uploads; it is found again by the key. */
    public Uploaded store(String uploadKey, InputStream content) throws IOException {
        var area = uploadKey.startsWith(LogCollector.UPLOAD_KEY) ? bundles : blobs;
        StoredBlob blob = area.put(content);
        uploads.record(uploadKey, blob);
        return new Uploaded(blob.sha256(), blob.sizeBytes());
    }

    /** What was made for somebody, as a task's result names it. */
    public Optional<Content> result(String id) {
        return content(bundles, id);
    }

    private static Optional<Content> content(Blobs area, String sha256) {
        if (!Sha256.isName(sha256)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Content(area, sha256, area.size(sha256)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
