package io.slipway.cpi.simulated;

import io.slipway.cpi.simulated.store.JsonFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Records of one kind by their id, in memory and in a directory of JSON files. Reads take no lock. */
final class Shelf<T> {
    private final Path directory;
    private final Map<String, T> records = new ConcurrentHashMap<>();

    Shelf(Path directory, Class<T> type, Function<T, String> idOf) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + directory, e);
        }
        JsonFiles.readAll(directory, type).forEach(one -> records.put(idOf.apply(one), one));
    }

    Optional<T> find(String id) {
        return Optional.ofNullable(records.get(id));
    }

    /** A view that changes with the shelf. */
    Collection<T> all() {
        return records.values();
    }

    /** Durable when this returns. */
    void put(String id, T content) {
        JsonFiles.write(directory.resolve(id + ".json"), content);
        records.put(id, content);
    }

    /** Absent is success. */
    void remove(String id) {
        if (records.containsKey(id)) {
            JsonFiles.delete(directory.resolve(id + ".json"));
            records.remove(id);
        }
    }

    void forgetAll() {
        records.clear();
    }
}
