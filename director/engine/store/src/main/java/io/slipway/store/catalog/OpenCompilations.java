package io.slipway.store.catalog;

import io.slipway.store.Conflicts;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Compilations that may hold a VM or an address. A director that starts goes on with them, since it may be that nobody
 * asks for them again: what they made can be in the catalog already. Calls block.
 */
public final class OpenCompilations {
    private final Jdbi jdbi;

    public OpenCompilations(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** From now on it may hold something. */
    public void open(String compilation) {
        Conflicts.retried(jdbi, handle -> {
            remove(handle, compilation);
            return handle.execute("INSERT INTO compilations (id) VALUES (?)", compilation);
        });
    }

    /** It holds nothing any more. */
    public void close(String compilation) {
        jdbi.useHandle(handle -> remove(handle, compilation));
    }

    public List<String> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT id FROM compilations ORDER BY id")
                .mapTo(String.class)
                .list());
    }

    private static void remove(Handle handle, String compilation) {
        handle.execute("DELETE FROM compilations WHERE id = ?", compilation);
    }
}
