package io.slipway.kubernetes;

import io.slipway.store.Conflicts;
import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Versions of the plans in the database that all directors share. A file that an operator edited becomes the next one. Edited
 * is what differs from what the same director found in its file when it last started: a director that starts again with a file
 * that was not brought up to date does not take back what another one published. Calls block.
 */
public final class PlanVersions {
    private final Jdbi jdbi;
    private final Clock clock;

    /**
     * One version.
     *
     * @param number from 1 on
     * @param content in the form of {@link PlansFile#canonical}
     * @param node of the director whose file it was
     */
    public record PlanVersion(int number, String content, String node) {}

    public PlanVersions(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** The one that counts; empty before the first. */
    public Optional<PlanVersion> latest() {
        return jdbi.withHandle(PlanVersions::latest);
    }

    /**
     * Tells what is in the file of a director that starts; it becomes the next version where it was edited, or where it is the
     * first. Returns the version that counts then.
     */
    public PlanVersion tell(String node, String content) {
        // Another director may publish the same version number first.
        return Conflicts.retried(jdbi, handle -> {
            var latest = latest(handle);
            var before = handle.select("SELECT content FROM cluster_plan_files WHERE node = ?", node)
                    .mapTo(String.class)
                    .findOne();
            remember(handle, node, content, before);
            boolean isEdited = before.isPresent() && !before.get().equals(content);
            if (latest.isPresent() && (!isEdited || latest.get().content().equals(content))) {
                return latest.get();
            }
            var next = new PlanVersion(latest.map(PlanVersion::number).orElse(0) + 1, content, node);
            handle.execute(
                    "INSERT INTO cluster_plans (version, content, node, published_at) VALUES (?, ?, ?, ?)",
                    next.number(),
                    content,
                    node,
                    clock.millis());
            return next;
        });
    }

    private static void remember(Handle handle, String node, String content, Optional<String> before) {
        if (before.isEmpty()) {
            handle.execute("INSERT INTO cluster_plan_files (node, content) VALUES (?, ?)", node, content);
        } else if (!before.get().equals(content)) {
            handle.execute("UPDATE cluster_plan_files SET content = ? WHERE node = ?", content, node);
        }
    }

    private static Optional<PlanVersion> latest(Handle handle) {
        return handle.createQuery("SELECT version, content, node FROM cluster_plans ORDER BY version DESC LIMIT 1")
                .map((row, context) ->
                        new PlanVersion(row.getInt("version"), row.getString("content"), row.getString("node")))
                .findOne();
    }
}
