package io.slipway.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Blobs as objects of a bucket. What is put passes through a file, since an object's name, which is its digest, and its size
 * have to be known before. Two who put the same content write the same object twice, which does no harm: no condition is
 * asked of the store for it, that not all stores know.
 */
final class S3Blobs implements Blobs {
    static final Logger LOG = LoggerFactory.getLogger(S3Blobs.class);

    private static final int NOT_FOUND = 404;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final LocalCopies copies;

    /** @param prefix of the area's objects, which ends with a slash */
    S3Blobs(S3Client client, String bucket, String prefix, LocalCopies copies) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.copies = copies;
    }

    @Override
    public StoredBlob put(InputStream content) throws IOException {
        return put(content, false);
    }

    @Override
    public StoredBlob putAnew(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return put(content, true);
        }
    }

    private StoredBlob put(InputStream content, boolean isAnew) throws IOException {
        return copies.with(file -> {
            var digest = Sha256.digest();
            long size;
            try (var out = Files.newOutputStream(file);
                    var digesting = new DigestOutputStream(out, digest)) {
                size = content.transferTo(digesting);
            }
            var blob = new StoredBlob(Sha256.name(digest.digest()), size);
            try {
                if (isAnew || find(blob.sha256()).isEmpty()) {
                    upload(file, blob);
                }
            } catch (SdkException failure) {
                throw new IOException("blob " + blob.sha256() + " cannot be stored in bucket " + bucket, failure);
            }
            return blob;
        });
    }

    private void upload(Path file, StoredBlob blob) throws IOException {
        if (blob.sizeBytes() > S3Multipart.PART_BYTES) {
            new S3Multipart(client, bucket, key(blob.sha256())).upload(file, blob.sizeBytes());
            return;
        }
        // The store refuses what arrives damaged.
        String checksum = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(blob.sha256()));
        client.putObject(
                request -> request.bucket(bucket).key(key(blob.sha256())).checksumSHA256(checksum),
                RequestBody.fromFile(file));
    }

    @Override
    public boolean has(String sha256) {
        try {
            return find(sha256).isPresent();
        } catch (SdkException failure) {
            throw new UncheckedIOException(unreadable(sha256, failure));
        }
    }

    @Override
    public long size(String sha256) throws IOException {
        try {
            return find(sha256).orElseThrow(() -> new NoSuchFileException(sha256));
        } catch (SdkException failure) {
            throw unreadable(sha256, failure);
        }
    }

    private OptionalLong find(String sha256) {
        try {
            return OptionalLong.of(
                    client.headObject(request -> request.bucket(bucket).key(key(sha256)))
                            .contentLength());
        } catch (S3Exception failure) {
            if (failure.statusCode() == NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw failure;
        }
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        try {
            var content = client.getObject(request -> request.bucket(bucket).key(key(sha256)));
            return new VerifiedStream(content, sha256);
        } catch (NoSuchKeyException none) {
            throw new NoSuchFileException(sha256);
        } catch (SdkException failure) {
            throw unreadable(sha256, failure);
        }
    }

    @Override
    public <T, X extends Exception> T withFile(String sha256, FileUse<T, X> use) throws IOException, X {
        return copies.of(this, sha256, use);
    }

    @Override
    public void delete(String sha256) throws IOException {
        try {
            delete(client, bucket, key(sha256));
        } catch (SdkException failure) {
            throw new IOException("blob " + sha256 + " cannot be deleted from bucket " + bucket, failure);
        }
    }

    /** Absent is success, also to stores that say so where two delete at once. */
    static void delete(S3Client client, String bucket, String key) {
        try {
            client.deleteObject(request -> request.bucket(bucket).key(key));
        } catch (NoSuchKeyException none) {
            LOG.debug("{} is deleted already", key);
        }
    }

    private IOException unreadable(String sha256, SdkException failure) {
        return new IOException("blob " + sha256 + " cannot be read from bucket " + bucket, failure);
    }

    private String key(String sha256) {
        return prefix + Sha256.required(sha256);
    }
}
