package io.slipway.store.blob;

import java.io.IOException;
import java.nio.file.Path;
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

    /** @param scratch a folder of this director alone, for copies of blobs that lie elsewhere */
    default BlobAreas open(Jdbi jdbi, Path scratch) throws IOException {
        return switch (this) {
            case Directory files -> new DirectoryAreas(files.root(), files.isShared());
            case InDatabase database -> new DatabaseAreas(jdbi, scratch);
        };
    }
}
