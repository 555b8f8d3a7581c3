package io.slipway.templates;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** The rendered jobs of an instance as one tgz with a folder for each job. Equal content gives equal bytes. */
public final class RenderedArchive {
    private static final int EXECUTABLE = 0100750;
    private static final int READABLE = 0100640;

    private RenderedArchive() {}

    public static void write(List<RenderedJob> jobs, OutputStream out) throws IOException {
        var parameters = new GzipParameters();
        parameters.setCompressionLevel(Deflater.BEST_SPEED);
        parameters.setModificationTime(0);
        try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out, parameters))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (RenderedJob job : sorted(jobs)) {
                for (var file : job.files().entrySet()) {
                    var entry = new TarArchiveEntry(job.jobName() + "/" + file.getKey());
                    entry.setSize(file.getValue().length);
                    entry.setMode(file.getKey().startsWith("bin/") ? EXECUTABLE : READABLE);
                    entry.setModTime(0);
                    entry.setIds(0, 0);
                    entry.setNames("root", "root");
                    tar.putArchiveEntry(entry);
                    tar.write(file.getValue());
                    tar.closeArchiveEntry();
                }
            }
        }
    }

    /** SHA-256 over names and contents: it changes exactly when what is rendered does. */
    public static String configurationHash(List<RenderedJob> jobs) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (RenderedJob job : sorted(jobs)) {
                for (var file : job.files().entrySet()) {
                    update(digest, (job.jobName() + "/" + file.getKey()).getBytes(StandardCharsets.UTF_8));
                    update(digest, file.getValue());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }

    private static List<RenderedJob> sorted(List<RenderedJob> jobs) {
        return jobs.stream().sorted(Comparator.comparing(RenderedJob::jobName)).toList();
    }
}
