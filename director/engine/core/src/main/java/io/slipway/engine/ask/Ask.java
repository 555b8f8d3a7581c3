package io.slipway.engine.ask;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks an entity until it answers. After a silence the question is asked anew: the entity may have moved, or have been
 * woken again, and it knows the question. So questions must be such that asking them twice does no harm.
 */
public final class Ask {
    /**
     * After such a silence the question is asked anew. Entities answer within moments; the question to one whose director dies
     * is lost, and it is on another director some four seconds later.
     */
    public static final Duration SILENCE = Duration.ofMillis(1500);

    private Ask() {}

    /**
     * The answer, if it comes in time; fails as the last question did otherwise. Does not block.
     *
     * @param question asked once more each time it fails for want of an answer
     */
    public static <T> CompletionStage<T> within(Duration longest, Supplier<CompletionStage<T>> question) {
        return within(System.nanoTime() + longest.toNanos(), question);
    }

    private static <T> CompletionStage<T> within(long end, Supplier<CompletionStage<T>> question) {
        return question.get().exceptionallyCompose(failure -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return cause instanceof TimeoutException && System.nanoTime() < end
                    ? within(end, question)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    /**
     * Returns the answer, however long it takes.
     *
     * @param question asked once more each time it fails for want of an answer
     * @throws Stop.Stopped where nobody waits for it any more
     */
    public static <T> T untilAnswered(Stop stop, Supplier<CompletionStage<T>> question) {
        while (true) {
            stop.check();
            try {
                return stop.await(question.get());
            } catch (CompletionException silence) {
                if (!(silence.getCause() instanceof TimeoutException)) {
                    throw silence;
                }
            }
        }
    }
}
