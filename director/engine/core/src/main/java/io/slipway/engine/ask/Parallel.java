package io.slipway.engine.ask;

import io.slipway.engine.LogContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs work for many items. After a failure no more is begun; what was begun ends, and then the first failure is thrown.
 */
public final class Parallel {
    private Parallel() {}

    /** Work for one item. */
    @FunctionalInterface
    public interface Work<T> {
        void on(T item) throws Exception;
    }

    /** Runs work that computes and does not wait, on as many threads as there are processors. */
    public static <T> void compute(List<T> items, Work<T> work) throws Exception {
        var running = new ArrayList<Future<?>>();
        int processors = Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newFixedThreadPool(
                processors, Thread.ofPlatform().daemon().name("compute-", 0).factory())) {
            for (T item : items) {
                running.add(threads.submit((Callable<Void>) () -> {
                    work.on(item);
                    return null;
                }));
            }
        }
        throwFirstFailure(running);
    }

    /** On virtual threads, so many at a time. */
    public static <T> void each(List<T> items, int atATime, Work<T> work) throws Exception {
        var gate = new Semaphore(Math.max(1, atATime), true);
        var hasFailed = new AtomicBoolean();
        var about = LogContext.present();
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T item : items) {
                gate.acquire();
                if (hasFailed.get()) {
                    break;
                }
                running.add(threads.submit((Callable<Void>) () -> {
                    try (var context = LogContext.of(about)) {
                        work.on(item);
                    } catch (Exception failure) {
                        hasFailed.set(true);
                        throw failure;
                    } finally {
                        gate.release();
                    }
                    return null;
                }));
            }
        }
        throwFirstFailure(running);
    }

    private static void throwFirstFailure(List<Future<?>> running) throws Exception {
        Exception first = null;
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException failed) {
                if (first == null) {
                    first = failed.getCause() instanceof Exception cause ? cause : failed;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
