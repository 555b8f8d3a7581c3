package io.slipway.engine.ask;

import io.slipway.store.Outage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells code that waits that nobody wants it to go on: the director stops, or somebody else does its work now. Whoever
 * waits under it is woken at once.
 */
public final class Stop {
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** What waits, and what will wait, under this is over. Doing so again changes nothing. */
    public void stop() {
        over.complete(null);
    }

    public boolean isStopped() {
        return over.isDone();
    }

    /** Ends together with another one. */
    public Stop with(Stop other) {
        other.over.whenComplete((nothing, failure) -> stop());
        return this;
    }

    /** Throws {@link Stopped} once it is over. */
    public void check() {
        if (isStopped()) {
            throw new Stopped();
        }
    }

    /** An entity has heard of a newer run: what goes on under this stops, and the caller is to throw what it gets. */
    public Stopped superseded() {
        stop();
        return new Stopped();
    }

    /**
     * Waits for an answer.
     *
     * @throws Stopped where this ends first
     * @throws CompletionException with what the answer failed with
     */
    public <T> T await(CompletionStage<T> answer) {
        var awaited = answer.toCompletableFuture();
        CompletableFuture.anyOf(awaited.handle((value, failure) -> null), over).join();
        if (!awaited.isDone()) {
            throw new Stopped();
        }
        return awaited.join();
    }

    /** Waits for a while. Throws {@link Stopped} where this ends first. */
    public void pause(Duration duration) {
        try {
            over.get(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException isOver) {
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        throw new Stopped();
    }

    /**
     * Whether what was thrown leaves work as it is, to be begun again: it was stopped, or cut off from the database. Nobody is
     * to be told that it failed.
     */
    public static boolean isCutOff(Throwable thrown) {
        return thrown instanceof Stopped || Outage.is(thrown);
    }

    /** Thrown where code must not go on; it leaves everything as it is. */
    public static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("this is not wanted any more", null, false, false);
        }
    }
}
