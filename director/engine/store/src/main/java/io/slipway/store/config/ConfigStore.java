package io.slipway.store.config;

import io.slipway.store.Conflicts;
import io.slipway.store.Conflicts.Room;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** Configs by type and name. A config never changes: new content is a new row, the newest of a name is current. */
public final class ConfigStore {
    private final Jdbi jdbi;
    private final Clock clock;

    public ConfigStore(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * One version of a config.
     *
     * @param createdAt epoch milliseconds
     * @param isCurrent whether it is the newest of its name
     */
    public record ConfigRow(long id, String type, String name, String content, long createdAt, boolean isCurrent) {}

    /** What became of a version that was to be stored. */
    public sealed interface Written {
        /** The version with that content, whether it is new or was current already. */
        record Stored(ConfigRow row) implements Written {}

        /** Another version is current than whoever asked thinks; its id, or 0 where there is none. */
        record Outdated(long latest) implements Written {}
    }

    /** Stores a version; content equal to the current version's gives that version. */
    public ConfigRow put(String type, String name, String content) {
        return Conflicts.alone(jdbi, Room.CONFIGS, handle -> put(handle, type, name, content));
    }

    /**
     * As {@link #put(String, String, String)}, if nothing stands against it.
     *
     * @param expected id of the version that should be current, 0 for none; empty for any
     * @param check of the config beside those of its type that are current, while none of them changes; what it throws
     *     comes out
     */
    public Written put(
            String type, String name, String content, Optional<String> expected, Consumer<List<ConfigRow>> check) {
        return Conflicts.alone(jdbi, Room.CONFIGS, handle -> {
            long latest = current(handle, type, name).map(ConfigRow::id).orElse(0L);
            if (expected.isPresent() && !expected.get().equals(Long.toString(latest))) {
                return new Written.Outdated(latest);
            }
            check.accept(list(handle, type, "", 1));
            return new Written.Stored(put(handle, type, name, content));
        });
    }

    private ConfigRow put(Handle handle, String type, String name, String content) {
        var current = current(handle, type, name);
        if (current.isPresent() && current.get().content().equals(content)) {
            return current.get();
        }
        long id = handle.createQuery("SELECT NEXTVAL('config_ids')")
                .mapTo(Long.class)
                .one();
        long now = clock.millis();
        handle.createUpdate("INSERT INTO configs (id, type, name, content, created_at, deleted)"
                        + " VALUES (:id, :type, :name, :content, :at, FALSE)")
                .bind("id", id)
                .bind("type", type)
                .bind("name", name)
                .bind("content", content)
                .bind("at", now)
                .execute();
        return new ConfigRow(id, type, name, content, now, true);
    }

    public Optional<ConfigRow> current(String type, String name) {
        return jdbi.withHandle(handle -> current(handle, type, name));
    }

    private static Optional<ConfigRow> current(Handle handle, String type, String name) {
        return list(handle, type, name, 1).stream().findFirst();
    }

    /** The current version of each name of a type. */
    public List<ConfigRow> current(String type) {
        return list(type, "", 1);
    }

    /** Newest first, at most so many of each name; empty type and name match all. */
    public List<ConfigRow> list(String type, String name, int limitPerName) {
        return jdbi.withHandle(handle -> list(handle, type, name, limitPerName));
    }

    private static List<ConfigRow> list(Handle handle, String type, String name, int limitPerName) {
        return rows(handle.createQuery("SELECT id, type, name, content, created_at, place FROM ("
                        + "SELECT id, type, name, content, created_at, ROW_NUMBER() OVER"
                        + " (PARTITION BY type, name ORDER BY id DESC) AS place FROM configs"
                        + " WHERE NOT deleted) AS numbered"
                        + " WHERE place <= :limit AND (:type = '' OR type = :type)"
                        + " AND (:name = '' OR name = :name) ORDER BY type, name, id DESC")
                .bind("limit", limitPerName)
                .bind("type", type)
                .bind("name", name));
    }

    public Optional<ConfigRow> find(long id) {
        return jdbi
                .withHandle(handle -> rows(handle.createQuery(
                                "SELECT id, type, name, content, created_at, CASE WHEN EXISTS (SELECT 1 FROM configs"
                                        + " newer WHERE newer.type = configs.type AND newer.name = configs.name"
                                        + " AND newer.id > configs.id AND NOT newer.deleted) THEN 2 ELSE 1 END AS place"
                                        + " FROM configs WHERE id = :id AND NOT deleted")
                        .bind("id", id)))
                .stream()
                .findFirst();
    }

    /** Versions by id, even if they were deleted. */
    public List<ConfigRow> versions(List<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : jdbi.withHandle(handle ->
                        rows(handle.createQuery("SELECT id, type, name, content, created_at, 1 AS place FROM configs"
                                        + " WHERE id IN (<ids>) ORDER BY type, name, id")
                                .bindList("ids", ids)));
    }

    /** Deletes all versions of a name; returns whether there was one. */
    public boolean delete(String type, String name) {
        return Conflicts.alone(
                jdbi,
                Room.CONFIGS,
                handle -> handle.execute(
                                "UPDATE configs SET deleted = TRUE WHERE type = ? AND name = ? AND NOT deleted",
                                type,
                                name)
                        > 0);
    }

    public boolean delete(long id) {
        return Conflicts.alone(
                jdbi,
                Room.CONFIGS,
                handle -> handle.execute("UPDATE configs SET deleted = TRUE WHERE id = ? AND NOT deleted", id) > 0);
    }

    private static List<ConfigRow> rows(Query query) {
        return query.map((found, context) -> new ConfigRow(
                        found.getLong("id"),
                        found.getString("type"),
                        found.getString("name"),
                        found.getString("content"),
                        found.getLong("created_at"),
                        found.getInt("place") == 1))
                .list();
    }
}
