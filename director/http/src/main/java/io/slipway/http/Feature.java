package io.slipway.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** The routes of one feature. */
public abstract class Feature extends AllDirectives {
    private final Executor blocking;

    protected Feature(Executor blocking) {
        this.blocking = blocking;
    }

    /** The routes for an authenticated caller. */
    public abstract Route routes(Caller caller);

    /** Answers off the server's threads; any failure becomes an error in BOSH's shape. */
    protected Route answer(Supplier<HttpResponse> work) {
        return completeWithFuture(CompletableFuture.supplyAsync(work, blocking).exceptionally(Answers::failure));
    }

    /** As {@link #answer}, for work that gives a later answer. */
    protected Route answerLater(Supplier<CompletionStage<HttpResponse>> work) {
        return completeWithFuture(CompletableFuture.supplyAsync(work, blocking)
                .thenCompose(later -> later)
                .exceptionally(Answers::failure));
    }

    /** Answers with the task that the work gives, for callers who may change things. */
    protected Route answerTask(Caller caller, Supplier<CompletionStage<Long>> work) {
        return answerLater(() -> {
            caller.requireAdmin();
            return work.get().thenApply(Answers::task);
        });
    }
}
