package io.slipway.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The endpoints of one feature. */
public abstract class Feature {
    private final Executor blocking;

    protected Feature(Executor blocking) {
        this.blocking = blocking;
    }

    /** Runs what blocks. */
    protected Executor blocking() {
        return blocking;
    }

    /** What authenticated callers may ask. */
    public abstract List<Endpoint> endpoints();

    /** Answers off the server's threads. */
    protected Endpoint.Handler answer(Function<Call, HttpResponse> work) {
        return call -> CompletableFuture.supplyAsync(() -> work.apply(call), blocking);
    }

    /** As {@link #answer}, for work that gives a later answer. */
    protected CompletionStage<HttpResponse> answerLater(Supplier<CompletionStage<HttpResponse>> work) {
        return CompletableFuture.supplyAsync(work, blocking).thenCompose(later -> later);
    }

    /** As {@link #answer}, for those who may change things. */
    protected Endpoint.Handler change(Function<Call, HttpResponse> work) {
        return changeLater(call -> CompletableFuture.completedFuture(work.apply(call)));
    }

    /** As {@link #change}, for work that gives a later answer. */
    protected Endpoint.Handler changeLater(Function<Call, CompletionStage<HttpResponse>> work) {
        return call -> CompletableFuture.supplyAsync(
                        () -> {
                            call.caller().requireAdmin();
                            return work.apply(call);
                        },
                        blocking)
                .thenCompose(later -> later);
    }

    /** As {@link #changeLater}, for work that needs the whole body. */
    protected Endpoint.Handler changeWithBody(BiFunction<Call, String, CompletionStage<HttpResponse>> work) {
        return changeLater(call -> call.text().thenComposeAsync(body -> work.apply(call, body), blocking));
    }

    /** Answers with the task that the work gives, for those who may change things. */
    protected Endpoint.Handler task(Function<Call, CompletionStage<Long>> work) {
        return changeLater(call -> work.apply(call).thenApply(Answers::task));
    }
}
