package io.slipway.server;

import io.slipway.server.ServerSettings.Invalid;
import io.slipway.store.blob.BlobSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code blobs.store}: its type says which other keys it has. */
final class BlobStoreReader {
    private static final String KEY = "store";
    private static final String[] OF_S3 = {
        "type", "endpoint", "region", "bucket", "prefix", "path_style", "access_key_id", "secret_access_key"
    };
    private static final String[] ALL =
            Stream.concat(Stream.of(OF_S3), Stream.of("path")).toArray(String[]::new);
    private static final String DEFAULT_REGION = "us-east-1";

    private BlobStoreReader() {}

    /** Files of the data directory where nothing else is said. */
    static BlobSettings read(Section blobs, Path dataDirectory) throws Invalid {
        if (!blobs.has(KEY)) {
            return new BlobSettings.Directory(dataDirectory, false);
        }
        Section store = blobs.section(KEY, ALL);
        String type = store.text("type");
        return switch (type) {
            case "directory" -> directory(blobs.section(KEY, "type", "path"), dataDirectory);
            case "database" -> {
                blobs.section(KEY, "type");
                yield new BlobSettings.InDatabase();
            }
            case "s3" -> s3(blobs.section(KEY, OF_S3));
            default -> throw store.invalid("type", "is '" + type + "', and must be directory, database or s3");
        };
    }

    private static BlobSettings s3(Section store) throws Invalid {
        String bucket = store.text("bucket");
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw store.invalid(
                    "bucket", "is '" + bucket + "', and must be 3 to 63 lower-case letters, digits, dots and dashes");
        }
        String prefix = store.text("prefix", "");
        if (!prefix.matches("([A-Za-z0-9._-]+/)*")) {
            throw store.invalid("prefix", "is '" + prefix + "', and must be names that each end with a slash");
        }
        return new BlobSettings.S3(
                endpoint(store),
                store.text("region", DEFAULT_REGION),
                bucket,
                prefix,
                store.flag("path_style"),
                store.text("access_key_id"),
                store.text("secret_access_key"));
    }

    private static Optional<URI> endpoint(Section store) throws Invalid {
        if (!store.has("endpoint")) {
            return Optional.empty();
        }
        // Whoever puts keys into it sees them in no message.
        String text = store.text("endpoint");
        if (!text.matches("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?/?")) {
            throw store.invalid("endpoint", "must be the http or https address of a server, without path and user");
        }
        return Optional.of(URI.create(text));
    }

    /** A path of its own is one that directors share. */
    private static BlobSettings directory(Section store, Path dataDirectory) throws Invalid {
        if (!store.has("path")) {
            return new BlobSettings.Directory(dataDirectory, false);
        }
        Path path = Path.of(store.text("path"));
        if (!path.isAbsolute()) {
            throw store.invalid("path", "is '" + path + "', and must be an absolute path, as of a shared mount");
        }
        return new BlobSettings.Directory(path, true);
    }
}
