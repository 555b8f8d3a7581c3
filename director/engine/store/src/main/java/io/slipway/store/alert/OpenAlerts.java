package io.slipway.store.alert;

import io.slipway.store.PlainText;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The alerts that last, each under its key. */
public final class OpenAlerts {
    private static final int LONGEST_KEY = 500;

    private final Jdbi jdbi;

    public OpenAlerts(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public List<String> contents() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT content FROM open_alerts ORDER BY alert_key")
                .mapTo(String.class)
                .list());
    }

    /** In the place of what was kept under this key. */
    public void put(String key, String content) {
        String kept = PlainText.key(key, LONGEST_KEY);
        jdbi.useTransaction(handle -> {
            handle.execute("DELETE FROM open_alerts WHERE alert_key = ?", kept);
            handle.execute("INSERT INTO open_alerts (alert_key, content) VALUES (?, ?)", kept, content);
        });
    }

    public void remove(String key) {
        jdbi.useHandle(handle ->
                handle.execute("DELETE FROM open_alerts WHERE alert_key = ?", PlainText.key(key, LONGEST_KEY)));
    }
}
