package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorClient.Answer;
import io.slipway.cli.output.Progress;
import io.slipway.cli.task.TaskWatcher;
import org.jspecify.annotations.Nullable;

/** Follows what is being done to a cluster until it ended. */
public final class ClusterWatcher {
    private static final String IN_PROGRESS = "in progress";

    private final DirectorClient director;
    private final TaskWatcher tasks;

    public ClusterWatcher(DirectorClient director) {
        this.director = director;
        this.tasks = new TaskWatcher(director);
    }

    /** Waits for a cluster's creation; fails with the reason if it failed. */
    public JsonNode untilCreated(String name, Progress.Step step) {
        TaskWatcher.@Nullable Stages stages = null;
        while (true) {
            JsonNode cluster = director.get("/v1/clusters/" + name);
            stages = show(cluster, stages, step);
            switch (cluster.path("last_action_state").asText()) {
                case IN_PROGRESS -> TaskWatcher.Pause.SHORT.take();
                case "succeeded" -> {
                    return cluster;
                }
                default -> throw failure(name, cluster);
            }
        }
    }

    /** Waits until a cluster is no more. */
    public void untilDeleted(String name, Progress.Step step) {
        TaskWatcher.@Nullable Stages stages = null;
        while (true) {
            Answer answer = director.tryGet("/v1/clusters/" + name);
            if (answer.status() == 404) {
                return;
            }
            JsonNode cluster = answer.orThrow().json();
            if (!cluster.path("last_action_state").asText().equals(IN_PROGRESS)) {
                throw failure(name, cluster);
            }
            stages = show(cluster, stages, step);
            TaskWatcher.Pause.SHORT.take();
        }
    }

    private TaskWatcher.@Nullable Stages show(
            JsonNode cluster, TaskWatcher.@Nullable Stages present, Progress.Step step) {
        long task = cluster.path("task_id").asLong();
        TaskWatcher.Stages stages = present == null && task > 0 ? tasks.stages(task) : present;
        if (stages != null) {
            stages.show(step);
        } else {
            step.stage(cluster.path("last_action_description").asText());
        }
        return stages;
    }

    private static CliException failure(String name, JsonNode cluster) {
        long task = cluster.path("task_id").asLong();
        return new CliException(
                "cluster " + name + ": " + cluster.path("last_action").asText() + " "
                        + cluster.path("last_action_state").asText() + ": "
                        + cluster.path("last_action_description").asText()
                        + (task > 0 ? " (see 'slipway task " + task + "')" : ""));
    }
}
