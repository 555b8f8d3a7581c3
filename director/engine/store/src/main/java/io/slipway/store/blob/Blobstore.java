package io.slipway.store.blob;

import io.slipway.store.Conflicts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Blobs in a directory, named by the digest of their content: equal content is stored once, and a blob that is there is
 * whole. One that was put is there also after the power failed. Readable by its owner only.
 */
public final class Blobstore {
    private static final int DIGEST_LENGTH = 64;

    private final Path directory;
    private final Path incoming;
    private final Jdbi jdbi;

    public Blobstore(Path directory, Jdbi jdbi) throws IOException {
        this.directory = directory;
        this.incoming = directory.resolve("incoming");
        this.jdbi = jdbi;
        Files.createDirectories(incoming);
        Folders.clearLeftovers(incoming);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** Stores a stream's content; the stream is read to its end and not closed. */
    public StoredBlob put(InputStream content) throws IOException {
        return put(content, false);
    }

    /** Stores a file's content, also over a blob that is there already: it may have been damaged. */
    public StoredBlob putAnew(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return put(content, true);
        }
    }

    private StoredBlob put(InputStream content, boolean isAnew) throws IOException {
        Path temporary = Files.createTempFile(incoming, "blob", "");
        try {
            MessageDigest digest = sha256();
            long size;
            try (var out = Files.newOutputStream(temporary);
                    var digesting = new DigestOutputStream(out, digest)) {
                size = content.transferTo(digesting);
            }
            String name = HexFormat.of().formatHex(digest.digest());
            Path target = path(name);
            if (isAnew || !Files.exists(target)) {
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

    /** Stores content that is at hand; what is there already costs no more than its digest. */
    public StoredBlob put(byte[] content) throws IOException {
        String name = HexFormat.of().formatHex(sha256().digest(content));
        return has(name) ? new StoredBlob(name, content.length) : put(new ByteArrayInputStream(content));
    }

    public StoredBlob put(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return put(content);
        }
    }

    public boolean has(String sha256) {
        return Files.exists(path(sha256));
    }

    /** Throws {@link NoSuchFileException} where there is no such blob. */
    public InputStream open(String sha256) throws IOException {
        return Files.newInputStream(path(sha256));
    }

    /** Where a blob's file is, or would be. */
    public Path path(String sha256) {
        if (sha256.length() != DIGEST_LENGTH || !sha256.chars().allMatch(Blobstore::isHexadecimal)) {
            throw new IllegalArgumentException("'" + sha256 + "' is not a SHA-256 digest in lower-case hexadecimal");
        }
        return folder(sha256).resolve(sha256);
    }

    private Path folder(String sha256) {
        return directory.resolve(sha256.substring(0, 2));
    }

    public void delete(String sha256) throws IOException {
        Files.deleteIfExists(path(sha256));
    }

    /** Remembers what was put under an upload key; the last one counts. */
    public void recordUpload(String uploadKey, StoredBlob blob) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM uploads WHERE upload_key = ?", uploadKey);
            return handle.execute(
                    "INSERT INTO uploads (upload_key, blob_sha256, size_bytes) VALUES (?, ?, ?)",
                    uploadKey,
                    blob.sha256(),
                    blob.sizeBytes());
        });
    }

    /** What was put under an upload key. */
    public Optional<StoredBlob> uploaded(String uploadKey) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT blob_sha256, size_bytes FROM uploads WHERE upload_key = :key")
                        .bind("key", uploadKey)
                        .map((found, context) -> new StoredBlob(found.getString(1), found.getLong(2)))
                        .findOne());
    }

    private static boolean isHexadecimal(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new UncheckedIOException(new IOException(impossible));
        }
    }
}
