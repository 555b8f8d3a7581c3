package io.slipway.http.upload;

import io.slipway.engine.OrderedTasks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.StageList;
import io.slipway.engine.TaskKind;
import io.slipway.model.InvalidInput;
import io.slipway.store.member.Turn;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs tasks at once; how they ended can be asked for when their number is known. */
final class PromptTasks implements OrderedTasks {
    private final List<Ended> ended = new ArrayList<>();
    private final Map<TaskKind, OrderedWork> performers = new EnumMap<>(TaskKind.class);

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
    public void perform(TaskKind kind, OrderedWork work) {
        performers.put(kind, work);
    }

    @Override
    public synchronized CompletionStage<Long> order(
            TaskKind kind, String description, Requester requester, String order) {
        ended.add(end(description, Objects.requireNonNull(performers.get(kind)), order));
        return CompletableFuture.completedStage((long) ended.size());
    }

    private static Ended end(String description, OrderedWork work, String order) {
        var log = new StageList();
        try {
            return new Ended(description, 0, work.run(order, log, Turn.UNCONTESTED), log.told());
        } catch (RequestRefused refused) {
            return new Ended(description, refused.code(), String.valueOf(refused.getMessage()), log.told());
        } catch (InvalidInput invalid) {
            int code = invalid.problems().getFirst().code();
            return new Ended(description, code, String.valueOf(invalid.getMessage()), log.told());
        } catch (Exception bug) {
            throw new AssertionError(bug);
        } finally {
            work.giveBack(order);
        }
    }
}
