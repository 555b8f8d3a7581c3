package io.slipway.store.blob;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Where blobs are kept. */
public sealed interface BlobSettings {

    /**
     * In files.
     *
     * @param isShared whether other directors keep theirs there, too, as on a file system that all of them mount
     */
    record Directory(Path root, boolean isShared) implements BlobSettings {}

    /** In the directors' database. */
    record InDatabase() implements BlobSettings {}

    /**
     * In a bucket of any store with S3's API.
     *
     * @param endpoint of the API; that of Amazon's region where there is none
     * @param prefix before the names of all objects; empty, or ends with a slash
     * @param isPathStyle whether the bucket is named in the path of addresses, and not in the name of the host
     */
    record S3(
            Optional<URI> endpoint,
            String region,
            String bucket,
            String prefix,
            boolean isPathStyle,
            String accessKeyId,
            String secretAccessKey)
            implements BlobSettings {

        /** Without the keys. */
        @Override
        public String toString() {
            return "S3[" + endpoint.map(URI::toString).orElse(region) + ", " + bucket + ", " + prefix + "]";
        }
    }

    /** @param scratch a folder of this director alone, for copies of blobs that lie elsewhere */
    default BlobAreas open(Jdbi jdbi, Path scratch) throws IOException {
        return switch (this) {
            case Directory files -> new DirectoryAreas(files.root(), files.isShared());
            case InDatabase database -> new DatabaseAreas(jdbi, scratch);
            case S3 bucket -> S3Areas.open(bucket, scratch);
        };
    }
}
