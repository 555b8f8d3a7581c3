package io.slipway.store.setting;

import io.slipway.store.Conflicts;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Settings of the director by name. Calls block. */
public final class DirectorSettings {
    private final Jdbi jdbi;

    public DirectorSettings(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public Optional<String> get(String name) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT content FROM director_settings WHERE name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findOne());
    }

    public void put(String name, String content) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM director_settings WHERE name = ?", name);
            return handle.execute("INSERT INTO director_settings (name, content) VALUES (?, ?)", name, content);
        });
    }
}
