package io.slipway.agent.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a few things at once and waits for all. */
final class Together {
    private Together() {}

    static <T> List<T> run(List<Callable<T>> tasks) throws IOException, InterruptedException {
        if (tasks.isEmpty()) {
            return List.of();
        }
        var threads = Executors.newFixedThreadPool(
                tasks.size(), Thread.ofPlatform().daemon().name("script-", 0).factory());
        try {
            var results = new ArrayList<T>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
