package io.slipway.engine.config;

import io.slipway.engine.Audit;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.Requester;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.config.ConfigStore.ConfigRow;
import io.slipway.store.config.ConfigStore.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Configs as operators see them: checked when they are put, and every change is in the audit trail. Calls block. */
public final class ConfigService {
    private final ConfigStore store;
    private final ConfigAudit audit;

    public ConfigService(ConfigStore store, Audit audit) {
        this.store = store;
        this.audit = new ConfigAudit(audit);
    }

    /**
     * One version of a config.
     *
     * @param createdAt epoch milliseconds
     * @param isCurrent whether it is the newest of its name
     */
    public record Config(long id, String type, String name, String content, long createdAt, boolean isCurrent) {
        private static Config of(ConfigRow row) {
            return new Config(row.id(), row.type(), row.name(), row.content(), row.createdAt(), row.isCurrent());
        }
    }

    /** What became of a version that was put. */
    public sealed interface Put {
        /** The version with that content, whether it is new or was current already. */
        record Stored(Config config) implements Put {}

        /** Another version is current than whoever asked thinks; its id, or 0 where there is none. */
        record Outdated(long latest) implements Put {}
    }

    /** Newest first, at most so many of each name; empty type and name match all. */
    public List<Config> list(String type, String name, int limitPerName) {
        return configs(store.list(type, name, limitPerName));
    }

    /** The current version of each name of a type. */
    public List<Config> current(String type) {
        return configs(store.current(type));
    }

    public Optional<Config> current(String type, String name) {
        return store.current(type, name).map(Config::of);
    }

    public Optional<Config> find(long id) {
        return store.find(id).map(Config::of);
    }

    /** Versions by id, even if they were deleted. */
    public List<Config> of(ConfigIds ids) {
        var all = new ArrayList<>(ids.cloud());
        all.addAll(ids.runtime());
        return configs(store.versions(all));
    }

    /**
     * Puts a version.
     *
     * @param expected id of the version that should be current, 0 for none; empty for any
     * @throws io.slipway.model.InvalidInput where it cannot be used, naming what is wrong
     */
    public Put put(Requester requester, String type, String name, String content, Optional<String> expected) {
        var notes = new ConfigAudit.Notes();
        var written = audit.created(requester, type, name, notes, () -> {
            notes.warn(ConfigChecks.check(type, content));
            return store.put(type, name, content, expected, current -> {
                ConfigChecks.checkBesideOthers(type, name, content, current);
                current.stream().filter(row -> row.name().equals(name)).forEach(row -> notes.replaces(row.content()));
            });
        });
        return switch (written) {
            case Written.Stored stored -> new Put.Stored(Config.of(stored.row()));
            case Written.Outdated outdated -> new Put.Outdated(outdated.latest());
        };
    }

    /** Deletes all versions of a name; returns whether there was one. */
    public boolean delete(Requester requester, String type, String name) {
        var current = store.current(type, name);
        boolean wasThere = store.delete(type, name);
        if (wasThere) {
            audit.deleted(requester, type, name, current.map(ConfigRow::content).orElse(""));
        }
        return wasThere;
    }

    /** Deletes one version; returns whether it was there. */
    public boolean delete(Requester requester, Config config) {
        boolean wasThere = store.delete(config.id());
        if (wasThere) {
            audit.deleted(requester, config.type(), config.name(), config.content());
        }
        return wasThere;
    }

    private static List<Config> configs(List<ConfigRow> rows) {
        return rows.stream().map(Config::of).toList();
    }
}
