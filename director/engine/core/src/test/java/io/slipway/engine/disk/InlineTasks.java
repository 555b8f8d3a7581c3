package io.slipway.engine.disk;

import io.slipway.engine.Requester;
import io.slipway.engine.StageList;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs each task before it returns, and keeps the result of the last one. */
final class InlineTasks implements TaskRunner {
    String result = "";
    private long last;

    @Override
    public CompletionStage<Long> run(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        try {
            result = work.run(new StageList());
        } catch (Exception failure) {
            result = "failed: " + failure.getMessage();
        }
        return CompletableFuture.completedStage(++last);
    }

    @Override
    public CompletionStage<Long> runUrgent(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        return run(kind, description, deployment, requester, work);
    }
}
