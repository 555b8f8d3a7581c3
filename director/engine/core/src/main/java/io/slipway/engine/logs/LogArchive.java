package io.slipway.engine.logs;

import io.slipway.store.blob.Blobs;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tgz made of what agents uploaded. */
final class LogArchive implements AutoCloseable {
    private static final int FILE_MODE = 0600;

    private final TarArchiveOutputStream out;
    private final Blobs blobs;

    LogArchive(Path file, Blobs blobs) throws IOException {
        this.blobs = blobs;
        out = new TarArchiveOutputStream(
                new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file))), "UTF-8");
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** A tgz among the blobs, and what it, or the folder of its files with a slash, is called in here. */
    record Part(String name, String sha256) {}

    /** Each part as it is, a file. */
    void addFiles(List<Part> parts) throws IOException {
        for (Part part : parts) {
            var entry = new TarArchiveEntry("./" + part.name());
            entry.setSize(blobs.size(part.sha256()));
            entry.setMode(FILE_MODE);
            out.putArchiveEntry(entry);
            try (var content = blobs.open(part.sha256())) {
                content.transferTo(out);
            }
            out.closeArchiveEntry();
        }
    }

    /** The files of each part, their names after the part's. */
    void addContents(List<Part> parts) throws IOException {
        for (Part part : parts) {
            try (var content = new TarArchiveInputStream(
                    new GZIPInputStream(new BufferedInputStream(blobs.open(part.sha256()))), "UTF-8")) {
                for (var entry = content.getNextEntry(); entry != null; entry = content.getNextEntry()) {
                    if (entry.isFile() && isInside(entry.getName())) {
                        copy(part, entry, content);
                    }
                }
            }
        }
    }

    /** A VM says what its files are called, and an operator unpacks them. */
    private static boolean isInside(String name) {
        return !name.startsWith("/") && !List.of(name.split("/", -1)).contains("..");
    }

    private void copy(Part part, TarArchiveEntry entry, TarArchiveInputStream content) throws IOException {
        var copy = new TarArchiveEntry("./" + part.name() + entry.getName().replaceFirst("^\\./", ""));
        copy.setSize(entry.getSize());
        copy.setMode(FILE_MODE);
        copy.setModTime(entry.getLastModifiedDate());
        out.putArchiveEntry(copy);
        content.transferTo(out);
        out.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
