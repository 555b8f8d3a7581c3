package io.slipway.model.archive;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.yaml.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads an uploaded tgz, whatever somebody put into it: only plain files are taken, none leaves the target directory,
 * none is there twice, and their number and size are bounded.
 */
public final class ArchiveReader {
    private static final int BUFFER = 128 * 1024;
    private static final int MOST_HEADER_BYTES = 1024 * 1024;
    private static final int MOST_TEXT_BYTES = 8 * 1024 * 1024;
    private static final int DEEPEST = 32;

    private ArchiveReader() {}

    /** Something done with each file of an archive. */
    @FunctionalInterface
    public interface Visitor {
        /** @param content to be read here or not at all */
        void visit(String path, InputStream content) throws IOException;
    }

    /** Files by their path in the archive; throws {@link InvalidInput} with this code where it is no sound tgz. */
    public static Map<String, Path> unpack(Path archive, Path into, int code, String what) {
        var files = new LinkedHashMap<String, Path>();
        Path root = into.toAbsolutePath().normalize();
        visit(archive, code, what, (path, content) -> {
            Path target = root.resolve(path).normalize();
            if (!target.startsWith(root) || target.equals(root)) {
                throw new IOException("entry '" + Fields.shown(path) + "' leads out of the archive");
            }
            Files.createDirectories(target.getParent());
            Files.copy(content, target);
            files.put(path, target);
        });
        if (files.isEmpty()) {
            throw invalid(code, what, "it holds no files");
        }
        return files;
    }

    /** Each file in turn; throws {@link InvalidInput} with this code where it is no sound tgz. */
    public static void visit(Path archive, int code, String what, Visitor visitor) {
        try {
            visit(archive, ArchiveLimits.of(archive), code, what, visitor);
        } catch (IOException unreadable) {
            throw invalid(code, what, reason(unreadable));
        }
    }

    static void visit(Path archive, ArchiveLimits limits, int code, String what, Visitor visitor) {
        var seen = new HashSet<String>();
        long total = 0;
        int entries = 0;
        try (InputStream file = Files.newInputStream(archive);
                var gzip = new GZIPInputStream(file, BUFFER);
                var budget = new HeaderBudget(gzip);
                var tar = new TarArchiveInputStream(budget)) {
            long unread = 0;
            for (var entry = next(tar, budget, unread); entry != null; entry = next(tar, budget, unread)) {
                long start = budget.position();
                if (++entries > limits.entries() || entry.getSize() > limits.bytes() - total) {
                    throw invalid(
                            code,
                            what,
                            "it holds more than " + limits.entries() + " entries or " + limits.bytes() + " bytes");
                }
                total += Math.max(0, entry.getSize());
                if (!entry.isDirectory()) {
                    String path = pathOf(entry, code, what);
                    if (!seen.add(path)) {
                        throw invalid(code, what, "entry '" + Fields.shown(path) + "' is there twice");
                    }
                    budget.allow(Long.MAX_VALUE);
                    visitor.visit(path, tar);
                }
                unread = Math.max(0, entry.getSize() - (budget.position() - start));
            }
            // The rest of the stream holds the checksum that tells a truncated archive.
            gzip.transferTo(OutputStream.nullOutputStream());
        } catch (IOException | IllegalArgumentException | ArithmeticException broken) {
            throw invalid(code, what, reason(broken));
        }
    }

    /** @param unread of the entry before: what was not read of it is skipped on the way */
    private static TarArchiveEntry next(TarArchiveInputStream tar, HeaderBudget budget, long unread)
            throws IOException {
        budget.allow(unread + MOST_HEADER_BYTES);
        return tar.getNextEntry();
    }

    private static String pathOf(TarArchiveEntry entry, int code, String what) {
        String name = entry.getName();
        String path = name.startsWith("./") ? name.substring(2) : name;
        boolean isPlain = !(entry.isLink()
                || entry.isSymbolicLink()
                || entry.isCharacterDevice()
                || entry.isBlockDevice()
                || entry.isFIFO()
                || entry.isSparse());
        String[] segments = path.split("/", -1);
        boolean isInside = segments.length <= DEEPEST;
        for (String segment : segments) {
            isInside &= !segment.isEmpty() && !segment.equals("..") && !segment.equals(".");
        }
        if (!isPlain || !isInside || path.chars().anyMatch(Character::isISOControl)) {
            throw invalid(code, what, "entry '" + Fields.shown(path) + "' is not a plain file inside the archive");
        }
        return path;
    }

    private static String reason(Exception broken) {
        // The message of these begins with a path of this machine.
        String message = broken instanceof FileSystemException file ? file.getReason() : broken.getMessage();
        if (message != null && message.contains("No space left")) {
            return "the director's disk is full";
        }
        // An empty file has no message.
        return "it is damaged or truncated: " + (message == null ? "it ends too soon" : message);
    }

    /** The text of a file that was unpacked; refused where it is long or not UTF-8. */
    public static String text(Path file, int code, String what) {
        try (InputStream content = Files.newInputStream(file)) {
            return text(content, String.valueOf(file.getFileName()));
        } catch (IOException unreadable) {
            throw invalid(code, what, String.valueOf(unreadable.getMessage()));
        }
    }

    /** As {@link #text(Path, int, String)}, of an archive's content while it is visited. */
    public static String text(InputStream content, String name) throws IOException {
        byte[] bytes = content.readNBytes(MOST_TEXT_BYTES + 1);
        if (bytes.length > MOST_TEXT_BYTES) {
            throw new IOException(name + " is longer than " + MOST_TEXT_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new IOException(name + " is not UTF-8 text", notText);
        }
    }

    public static InvalidInput invalid(int code, String what, String why) {
        return new InvalidInput(new Problem(code, what, what + " cannot be used: " + why));
    }
}
