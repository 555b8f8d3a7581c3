package io.slipway.store.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files with the content of blobs that lie elsewhere, for the time of their use; readable by their owner only. */
final class LocalCopies {
    private final Path folder;

    /** @param folder of this process alone: what is in it was left by one that died */
    LocalCopies(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Folders.clearLeftovers(folder);
    }

    /** As {@link Blobs#withFile}. */
    <T, X extends Exception> T of(Blobs blobs, String sha256, Blobs.FileUse<T, X> use) throws IOException, X {
        return with(file -> {
            try (var content = blobs.open(sha256)) {
                Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return use.of(file);
        });
    }

    /** Lets somebody use an empty file, which is deleted afterwards. */
    <T, X extends Exception> T with(Blobs.FileUse<T, X> use) throws IOException, X {
        Path file = Files.createTempFile(folder, "blob", "");
        try {
            return use.of(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
