package io.slipway.cpi.simulated.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Small JSON files. They outlive the death of this process but, not being synced, maybe not that of the machine: creating
 * thousands of VMs has to be quick.
 */
public final class JsonFiles {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private JsonFiles() {}

    /** Empty where there is no such file; throws {@link UncheckedIOException} where it cannot be read. */
    public static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Replaces the file at once: a reader finds the old or the new content, whole. */
    public static void write(Path file, Object content) {
        try {
            replace(file, JSON.writeValueAsBytes(content));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(temporary, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** All files of this type in a directory, by name; none where there is no such directory. */
    public static <T> List<T> readAll(Path directory, Class<T> type) {
        return entries(directory).stream()
                .filter(file -> file.toString().endsWith(".json")
                        && !file.getFileName().toString().startsWith("."))
                .flatMap(file -> read(file, type).stream())
                .toList();
    }

    /** The entries of a directory, by name; none where there is no such directory. */
    public static List<Path> entries(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /** Absent is success. */
    public static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (var all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + tree, e);
        }
    }
}
