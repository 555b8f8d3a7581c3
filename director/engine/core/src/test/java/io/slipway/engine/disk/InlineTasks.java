package io.slipway.engine.disk;

import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs each task before it returns, and keeps the result of the last one. */
final class InlineTasks implements TaskRunner, TaskLog {
    String result = "";
    private long last;

    @Override
    public CompletionStage<Long> run(String description, String deployment, Requester requester, TaskWork work) {
        try {
            result = work.run(this);
        } catch (Exception failure) {
            result = "failed: " + failure.getMessage();
        }
        return CompletableFuture.completedStage(++last);
    }

    @Override
    public CompletionStage<Long> runUrgent(String description, String deployment, Requester requester, TaskWork work) {
        return run(description, deployment, requester, work);
    }

    @Override
    public Stage stage(String name, List<String> tags, int total) {
        return task -> new Step() {
            @Override
            public void progress(int percent) {}

            @Override
            public void finished() {}

            @Override
            public void failed(String error) {}
        };
    }

    @Override
    public void debug(String line) {}

    @Override
    public void cpi(String line) {}

    @Override
    public void result(String text) {}

    @Override
    public void error(int code, String message) {}

    @Override
    public boolean isCancelled() {
        return false;
    }
}
