package io.slipway.engine.ask;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks an entity until it answers. After a silence the question is asked anew: the entity may have moved, or have been
 * woken again, and it knows the question. So questions must be such that asking them twice does no harm.
 */
public final class Ask {
    private Ask() {}

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
