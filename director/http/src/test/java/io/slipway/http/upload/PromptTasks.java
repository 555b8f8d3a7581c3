package io.slipway.http.upload;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.model.InvalidInput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs tasks at once; how they ended can be asked for when their number is known. */
final class PromptTasks implements TaskRunner {
    private final List<Ended> ended = new ArrayList<>();

    /**
     * How a task ended.
     *
     * @param code of its error, or 0
     * @param steps as stage and step
     */
    record Ended(String description, int code, String result, List<String> steps) {}

    synchronized Ended task(long number) {
        return ended.get((int) number - 1);
    }

    @Override
    public synchronized CompletionStage<Long> run(
            String description, String deployment, Requester requester, TaskWork work) {
        var steps = new ArrayList<String>();
        ended.add(end(description, work, steps));
        return CompletableFuture.completedStage((long) ended.size());
    }

    private static Ended end(String description, TaskWork work, List<String> steps) {
        try {
            return new Ended(description, 0, work.run(new StepList(steps)), steps);
        } catch (RequestRefused refused) {
            return new Ended(description, refused.code(), String.valueOf(refused.getMessage()), steps);
        } catch (InvalidInput invalid) {
            int code = invalid.problems().getFirst().code();
            return new Ended(description, code, String.valueOf(invalid.getMessage()), steps);
        } catch (Exception bug) {
            throw new AssertionError(bug);
        }
    }

    @Override
    public CompletionStage<Long> runUrgent(String description, String deployment, Requester requester, TaskWork work) {
        return run(description, deployment, requester, work);
    }

    private record StepList(List<String> steps) implements TaskLog {
        @Override
        public Stage stage(String name, List<String> tags, int total) {
            return task -> {
                steps.add(name + ": " + task);
                return new Step() {
                    @Override
                    public void progress(int percent) {}

                    @Override
                    public void finished() {}

                    @Override
                    public void failed(String error) {}
                };
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
}
