package io.slipway.model.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much an archive may hold. */
public record ArchiveLimits(int entries, long bytes) {
    private static final int MOST_ENTRIES = 20_000;
    private static final long MOST_BYTES = 24L * 1024 * 1024 * 1024;
    private static final long FLOOR_BYTES = 1024L * 1024 * 1024;
    /** What is in releases and stemcells is compressed already, so that an honest archive hardly shrinks. */
    private static final int MOST_EXPANSION = 100;

    /** For an archive of this size: what expands to a hundred times of it is no honest one. */
    static ArchiveLimits of(Path archive) throws IOException {
        long expanded = Math.max(FLOOR_BYTES, MOST_EXPANSION * Files.size(archive));
        return new ArchiveLimits(MOST_ENTRIES, Math.min(MOST_BYTES, expanded));
    }
}
