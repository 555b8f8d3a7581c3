package io.slipway.server;

import io.slipway.server.ServerSettings.Invalid;
import io.slipway.store.blob.BlobSettings;
import java.nio.file.Path;

/** Reads {@code blobs.store}: its type says which other keys it has. */
final class BlobStoreReader {
    private static final String KEY = "store";

    private BlobStoreReader() {}

    /** Files of the data directory where nothing else is said. */
    static BlobSettings read(Section blobs, Path dataDirectory) throws Invalid {
        if (!blobs.has(KEY)) {
            return new BlobSettings.Directory(dataDirectory, false);
        }
        Section store = blobs.section(KEY, "type", "path");
        String type = store.text("type");
        return switch (type) {
            case "directory" -> directory(blobs.section(KEY, "type", "path"), dataDirectory);
            case "database" -> {
                blobs.section(KEY, "type");
                yield new BlobSettings.InDatabase();
            }
            default -> throw store.invalid("type", "is '" + type + "', and must be directory, database");
        };
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
