package io.slipway.http.upload;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.StageList;
import io.slipway.engine.TaskKind;
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
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        ended.add(end(description, work));
        return CompletableFuture.completedStage((long) ended.size());
    }

    private static Ended end(String description, TaskWork work) {
        var log = new StageList();
        try {
            return new Ended(description, 0, work.run(log), log.told());
        } catch (RequestRefused refused) {
            return new Ended(description, refused.code(), String.valueOf(refused.getMessage()), log.told());
        } catch (InvalidInput invalid) {
            int code = invalid.problems().getFirst().code();
            return new Ended(description, code, String.valueOf(invalid.getMessage()), log.told());
        } catch (Exception bug) {
            throw new AssertionError(bug);
        } finally {
            work.giveBack();
        }
    }

    @Override
    public CompletionStage<Long> runUrgent(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        return run(kind, description, deployment, requester, work);
    }
}
