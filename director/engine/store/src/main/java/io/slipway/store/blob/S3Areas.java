package io.slipway.store.blob;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Areas in a bucket of a store with S3's API, as prefixes of objects' names. */
public final class S3Areas implements BlobAreas {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    /** Longer than any upload takes. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);

    private final S3Client client;
    private final BlobSettings.S3 settings;
    private final LocalCopies copies;

    private S3Areas(S3Client client, BlobSettings.S3 settings, LocalCopies copies) {
        this.client = client;
        this.settings = settings;
        this.copies = copies;
    }

    /**
     * Fails where there is no such bucket; a store that does not answer may do so later.
     *
     * @param scratch a folder of this director's own, for blobs on their way and copies that are used as files
     */
    public static S3Areas open(BlobSettings.S3 settings, Path scratch) throws IOException {
        var areas = new S3Areas(client(settings), settings, new LocalCopies(scratch));
        try {
            areas.client.headBucket(request -> request.bucket(settings.bucket()));
        } catch (NoSuchBucketException none) {
            areas.close();
            throw new IOException("the store of blobs " + settings + " has no such bucket", none);
        } catch (SdkException unreachable) {
            S3Blobs.LOG.warn("the store of blobs {} cannot be asked now: {}", settings, unreachable.toString());
        }
        return areas;
    }

    static S3Client client(BlobSettings.S3 settings) {
        var keys = AwsBasicCredentials.create(settings.accessKeyId(), settings.secretAccessKey());
        var builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                .credentialsProvider(StaticCredentialsProvider.create(keys))
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.isPathStyle())
                // Stores other than Amazon's do not know them all; blobs are verified by their names.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    @Override
    public Blobs area(String name) {
        return new S3Blobs(client, settings.bucket(), prefix(name), copies);
    }

    private String prefix(String area) {
        return settings.prefix() + area + "/";
    }

    @Override
    public void remove(String name) throws IOException {
        try {
            var pages = client.listObjectsV2Paginator(
                    request -> request.bucket(settings.bucket()).prefix(prefix(name)));
            for (var one : pages.contents()) {
                S3Blobs.delete(client, settings.bucket(), one.key());
            }
        } catch (SdkException failure) {
            throw new IOException("blobs of area '" + name + "' cannot be deleted from " + settings, failure);
        }
    }

    /** Parts of uploads that were not completed are paid for, and seen by nobody. */
    @Override
    public void tidy(String name) throws IOException {
        tidy(name, GIVEN_UP_AFTER);
    }

    void tidy(String name, Duration silence) throws IOException {
        Instant youngest = Instant.now().minus(silence);
        try {
            var pages = client.listMultipartUploadsPaginator(
                    request -> request.bucket(settings.bucket()).prefix(prefix(name)));
            for (var one : pages.uploads()) {
                if (!one.initiated().isAfter(youngest)) {
                    client.abortMultipartUpload(request ->
                            request.bucket(settings.bucket()).key(one.key()).uploadId(one.uploadId()));
                }
            }
        } catch (SdkException failure) {
            throw new IOException(
                    "uploads that were cut off cannot be deleted from area '" + name + "' of " + settings, failure);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
