package io.slipway.engine.export;

import io.slipway.store.blob.Blobs;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tgz whose bytes depend on nothing but the names and contents of its files. */
final class ReleaseTarball implements AutoCloseable {
    private static final int FILE_MODE = 0644;

    private final TarArchiveOutputStream out;

    ReleaseTarball(Path file) throws IOException {
        out = new TarArchiveOutputStream(
                new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file))), "UTF-8");
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    void add(String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        out.putArchiveEntry(entry(name, content.length));
        out.write(content);
        out.closeArchiveEntry();
    }

    void add(String name, Blobs blobs, String sha256) throws IOException {
        out.putArchiveEntry(entry(name, blobs.size(sha256)));
        try (var content = blobs.open(sha256)) {
            content.transferTo(out);
        }
        out.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String name, long size) {
        var entry = new TarArchiveEntry("./" + name);
        entry.setSize(size);
        entry.setMode(FILE_MODE);
        entry.setModTime(0);
        return entry;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
