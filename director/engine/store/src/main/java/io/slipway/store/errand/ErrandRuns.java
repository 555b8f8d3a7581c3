package io.slipway.store.errand;

import io.slipway.store.Conflicts;
import org.jdbi.v3.core.Jdbi;

/** For each errand of a deployment, the state that its instances had when it last went well. */
public final class ErrandRuns {
    private final Jdbi jdbi;

    public ErrandRuns(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Empty where it never went well. */
    public String last(String deployment, String errand) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT state FROM errand_runs WHERE deployment = :deployment AND errand = :errand")
                .bind("deployment", deployment)
                .bind("errand", errand)
                .mapTo(String.class)
                .findOne()
                .orElse(""));
    }

    public void record(String deployment, String errand, String state) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM errand_runs WHERE deployment = ? AND errand = ?", deployment, errand);
            return handle.execute(
                    "INSERT INTO errand_runs (deployment, errand, state) VALUES (?, ?, ?)", deployment, errand, state);
        });
    }

    /** Of a deployment that is gone. */
    public void forget(String deployment) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM errand_runs WHERE deployment = ?", deployment));
    }
}
