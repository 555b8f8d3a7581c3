package io.slipway.engine.upload;

import io.slipway.engine.upload.UploadService.Archive;
import io.slipway.engine.upload.UploadService.Source;
import io.slipway.model.archive.MultiDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** An archive on its way in, with a folder of its own for its content. The folder is gone when it is closed. */
final class IncomingArchive implements AutoCloseable {
    private final Archive archive;
    private final Path folder;
    private final Path file;

    private IncomingArchive(Archive archive, Path folder, Path file) {
        this.archive = archive;
        this.folder = folder;
        this.file = file;
    }

    /** Refuses addresses that nothing can be fetched from. */
    static void check(Archive archive) {
        if (archive.source() instanceof Source.Address address) {
            new RemoteFile(address.location());
        }
    }

    /**
     * One that is to be downloaded.
     *
     * @param work where folders for archives are made
     */
    static IncomingArchive remote(Archive archive, Path work) throws IOException {
        Path folder = folder(work);
        return new IncomingArchive(archive, folder, folder.resolve("archive.tgz"));
    }

    /** One that is in a file, which is left as it is. */
    static IncomingArchive local(Archive archive, Path file, Path work) throws IOException {
        return new IncomingArchive(archive, folder(work), file);
    }

    private static Path folder(Path work) throws IOException {
        Files.createDirectories(work);
        return Files.createTempDirectory(work, "import");
    }

    boolean isRemote() {
        return archive.source() instanceof Source.Address;
    }

    boolean hasDigest() {
        return !archive.digest().isEmpty();
    }

    boolean isFix() {
        return archive.fix();
    }

    /** Fetches it, where it is remote. */
    void download() {
        if (archive.source() instanceof Source.Address address) {
            new RemoteFile(address.location()).fetch(file);
        }
    }

    /** Throws {@link io.slipway.model.InvalidInput} with this code where the digest is another. */
    void verify(int code) {
        MultiDigest.verify(file, archive.digest(), code, "the archive");
    }

    Path file() {
        return file;
    }

    /** A folder for its content. */
    Path content() {
        return folder.resolve("content");
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }
}
