package io.slipway.store.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Puts a large file as one object in parts, of which one that fails is sent again alone. */
final class S3Multipart {
    /** What S3 takes at most in one piece is 5 GiB, and in 10,000 parts of this size 640 GiB. */
    static final long PART_BYTES = 64L * 1024 * 1024;

    private final S3Client client;
    private final String bucket;
    private final String key;

    S3Multipart(S3Client client, String bucket, String key) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
    }

    /** The object is there once all of it is; what fails leaves nothing. */
    void upload(Path file, long sizeBytes) {
        String upload = client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .uploadId();
        boolean isDone = false;
        try {
            var parts = new ArrayList<CompletedPart>();
            for (long from = 0; from < sizeBytes; from += PART_BYTES) {
                parts.add(part(upload, parts.size() + 1, file, from, Math.min(PART_BYTES, sizeBytes - from)));
            }
            client.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
            isDone = true;
        } finally {
            if (!isDone) {
                tryAbort(upload);
            }
        }
    }

    private CompletedPart part(String upload, int number, Path file, long from, long size) {
        String tag = client.uploadPart(
                        request ->
                                request.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromContentProvider(
                                () -> section(file, from, size), size, "application/octet-stream"))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    private void tryAbort(String upload) {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException failure) {
            S3Blobs.LOG.warn("parts of {} are deleted later: {}", key, failure.toString());
        }
    }

    private static InputStream section(Path file, long from, long size) {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ).position(from);
            return new Section(Channels.newInputStream(channel), size);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** So many bytes of a stream. */
    private static final class Section extends FilterInputStream {
        private long left;

        Section(InputStream content, long size) {
            super(content);
            left = size;
        }

        @Override
        public int read() throws IOException {
            int read = left > 0 ? super.read() : -1;
            left -= read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int read = super.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
