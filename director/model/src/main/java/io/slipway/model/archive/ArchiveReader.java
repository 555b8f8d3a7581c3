package io.slipway.model.archive;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks an uploaded tgz, whatever somebody put into it: only plain files are taken, none leaves the target directory,
 * and their number and size are bounded.
 */
public final class ArchiveReader {
    private static final int MOST_FILES = 20_000;
    private static final long MOST_BYTES = 24L * 1024 * 1024 * 1024;
    private static final int BUFFER = 128 * 1024;

    private ArchiveReader() {}

    /** Files by their path in the archive; throws {@link InvalidInput} with this code where it is no sound tgz. */
    public static Map<String, Path> unpack(Path archive, Path into, int code, String what) {
        var files = new LinkedHashMap<String, Path>();
        long total = 0;
        Path root = into.toAbsolutePath().normalize();
        try (InputStream file = Files.newInputStream(archive);
                var gzip = new GZIPInputStream(file, BUFFER);
                var tar = new TarArchiveInputStream(gzip)) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                String name = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
                Path target = root.resolve(name).normalize();
                if (!entry.isFile() || !target.startsWith(root) || target.equals(root) || name.startsWith("/")) {
                    throw invalid(code, what, "entry '" + shown(name) + "' is not a plain file inside the archive");
                }
                total += Math.max(0, entry.getSize());
                if (files.size() >= MOST_FILES || total > MOST_BYTES) {
                    throw invalid(code, what, "it holds more than " + MOST_FILES + " files or 24 GiB");
                }
                Files.createDirectories(target.getParent());
                Files.copy(tar, target);
                files.put(name, target);
            }
            // The rest of the stream holds the checksum that tells a truncated archive.
            gzip.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException | IllegalArgumentException broken) {
            throw invalid(code, what, reason(broken));
        }
        if (files.isEmpty()) {
            throw invalid(code, what, "it holds no files");
        }
        return files;
    }

    private static String reason(Exception broken) {
        String message = String.valueOf(broken.getMessage());
        if (message.contains("No space left")) {
            return "the director's disk is full";
        }
        // An empty file has no message.
        return "it is damaged or truncated: " + (broken.getMessage() == null ? "it ends too soon" : message);
    }

    public static InvalidInput invalid(int code, String what, String why) {
        return new InvalidInput(new Problem(code, what, what + " cannot be used: " + why));
    }

    private static String shown(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "...";
    }
}
