package io.slipway.engine.blob;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.logs.LogCollector;
import io.slipway.store.blob.BlobSigner;
import io.slipway.store.blob.Blobstore;
import io.slipway.store.blob.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
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
    private static final int DIGEST_LENGTH = 64;

    private final Blobstore blobs;
    private final Blobstore bundles;
    private final BlobSigner signer;

    /** @param bundles what was made for somebody */
    public BlobExchange(Blobstore blobs, Blobstore bundles, BlobSigner signer) {
        this.blobs = blobs;
        this.bundles = bundles;
        this.signer = signer;
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

    /** The file of a blob that agents may fetch, if it is there. */
    public Optional<Path> fetch(String sha256) {
        return file(blobs, sha256);
    }

    /** Takes in what an agent uploads; it is found again by the key. */
    public Uploaded store(String uploadKey, InputStream content) throws IOException {
        var area = uploadKey.startsWith(LogCollector.UPLOAD_KEY) ? bundles : blobs;
        StoredBlob blob = area.put(content);
        area.recordUpload(uploadKey, blob);
        return new Uploaded(blob.sha256(), blob.sizeBytes());
    }

    /** The file of what was made for somebody, as a task's result names it. */
    public Optional<Path> result(String id) {
        return file(bundles, id);
    }

    private static Optional<Path> file(Blobstore area, String sha256) {
        boolean isDigest = sha256.length() == DIGEST_LENGTH
                && sha256.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        return isDigest && area.has(sha256) ? Optional.of(area.path(sha256)) : Optional.empty();
    }
}
