package io.slipway.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** Blobs in files of a directory. One that was put is there also after the power failed. Readable by its owner only. */
final class DirectoryBlobs implements Blobs {
    /** Below an area's directory: content on its way. */
    static final String INCOMING = "incoming";

    private final Path directory;
    private final Path incoming;

    /** @param directory made, for its owner alone, when something is put there */
    DirectoryBlobs(Path directory) {
        this.directory = directory;
        this.incoming = directory.resolve(INCOMING);
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
        if (!Files.isDirectory(incoming)) {
            Files.createDirectories(incoming);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        Path temporary = Files.createTempFile(incoming, "blob", "");
        try {
            MessageDigest digest = Sha256.digest();
            long size;
            try (var out = Files.newOutputStream(temporary);
                    var digesting = new DigestOutputStream(out, digest)) {
                size = content.transferTo(digesting);
            }
            String name = Sha256.name(digest.digest());
            if (isAnew || !has(name)) {
                try (var written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    written.force(true);
                }
                Folders.moveDurably(temporary, folder(name), name);
            }
            return new StoredBlob(name, size);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public boolean has(String sha256) {
        return Files.exists(path(sha256));
    }

    @Override
    public long size(String sha256) throws IOException {
        return Files.size(path(sha256));
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        return Files.newInputStream(path(sha256));
    }

    /** The file itself. */
    @Override
    public <T, X extends Exception> T withFile(String sha256, FileUse<T, X> use) throws IOException, X {
        if (!has(sha256)) {
            throw new NoSuchFileException(sha256);
        }
        return use.of(path(sha256));
    }

    @Override
    public void delete(String sha256) throws IOException {
        Files.deleteIfExists(path(sha256));
    }

    /** Where a blob's file is, or would be. */
    private Path path(String sha256) {
        return folder(Sha256.required(sha256)).resolve(sha256);
    }

    /** Whether a folder below an area's is one of whole blobs. */
    static boolean isOfBlobs(Path folder) {
        return String.valueOf(folder.getFileName()).matches("[0-9a-f]{2}");
    }

    private Path folder(String sha256) {
        return directory.resolve(sha256.substring(0, 2));
    }
}
