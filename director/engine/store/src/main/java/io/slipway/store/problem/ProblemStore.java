package io.slipway.store.problem;

import io.slipway.store.Conflicts;
import io.slipway.store.Conflicts.Room;
import io.slipway.store.PlainText;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** What the last scan of each deployment found. */
public final class ProblemStore {
    private final Jdbi jdbi;

    public ProblemStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * One problem.
     *
     * @param id zero for one that is not stored yet
     * @param diskCid empty where it is about a VM
     */
    public record ProblemRow(
            long id,
            String deployment,
            String type,
            String instanceId,
            String instanceGroup,
            String diskCid,
            String description) {
        /** CPIs have their say in it. */
        public ProblemRow {
            description = PlainText.clean(description);
        }
    }

    /** Puts these in the place of what an earlier scan found. */
    public void replace(String deployment, List<ProblemRow> problems) {
        Conflicts.alone(jdbi, Room.PROBLEMS, handle -> {
            handle.execute("DELETE FROM problems WHERE deployment = ?", deployment);
            for (ProblemRow problem : problems) {
                long id = handle.createQuery("SELECT NEXTVAL('problem_ids')")
                        .mapTo(Long.class)
                        .one();
                handle.createUpdate("INSERT INTO problems"
                                + " (id, deployment, type, instance_id, instance_group, disk_cid, description) VALUES"
                                + " (:newId, :deployment, :type, :instanceId, :instanceGroup, :diskCid, :description)")
                        .bindMethods(problem)
                        .bind("newId", id)
                        .execute();
            }
            return problems.size();
        });
    }

    public List<ProblemRow> list(String deployment) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM problems WHERE deployment = :deployment ORDER BY id")
                        .bind("deployment", deployment)
                        .map((found, context) -> new ProblemRow(
                                found.getLong("id"),
                                found.getString("deployment"),
                                found.getString("type"),
                                found.getString("instance_id"),
                                found.getString("instance_group"),
                                found.getString("disk_cid"),
                                found.getString("description")))
                        .list());
    }

    public void remove(long id) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM problems WHERE id = ?", id));
    }
}
