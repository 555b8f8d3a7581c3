package io.slipway.store.event;

import io.slipway.store.Outage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes what many threads give, one batch at a time: what comes while a batch is written makes up the next one. Each caller returns
 * when its own item is written, and no thread but the callers' is needed: the first one of a batch writes it.
 */
final class GroupCommit<T> {
    private final Consumer<List<T>> writer;
    private final int most;
    private final ReentrantLock gate = new ReentrantLock();
    private final Deque<Entry<T>> waiting = new ArrayDeque<>();
    /** While nobody writes, nobody waits. */
    private boolean isWriting;

    /**
     * @param item what is to be written
     * @param isLeader true when it is the caller's turn to write, false when it was written; or why it was not
     */
    private record Entry<T>(T item, CompletableFuture<Boolean> isLeader) {
        boolean awaitTurn() {
            try {
                return isLeader.join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof RuntimeException why ? why : failed;
            }
        }
    }

    /**
     * @param writer writes all of a batch, or nothing
     * @param most of a batch
     */
    GroupCommit(Consumer<List<T>> writer, int most) {
        this.writer = writer;
        this.most = most;
    }

    /** Returns when it is written, or throws why it was not. */
    void write(T item) {
        var own = new Entry<>(item, new CompletableFuture<Boolean>());
        if (enter(own) || own.awaitTurn()) {
            lead();
        }
    }

    private boolean enter(Entry<T> own) {
        gate.lock();
        try {
            waiting.add(own);
            boolean isFirst = !isWriting;
            isWriting = true;
            return isFirst;
        } finally {
            gate.unlock();
        }
    }

    /** Writes the next batch, whose first item is the caller's. */
    private void lead() {
        var batch = take();
        List<Optional<RuntimeException>> failures = List.of();
        try {
            failures = written(batch.stream().map(Entry::item).toList());
        } finally {
            handOver();
            for (int i = 1; i < batch.size(); i++) {
                var isLeader = batch.get(i).isLeader();
                if (failures.isEmpty()) {
                    isLeader.completeExceptionally(
                            new IllegalStateException("the writer of this batch has broken off"));
                } else {
                    failures.get(i).ifPresentOrElse(isLeader::completeExceptionally, () -> isLeader.complete(false));
                }
            }
        }
        if (failures.getFirst().isPresent()) {
            throw failures.getFirst().get();
        }
    }

    private List<Entry<T>> take() {
        gate.lock();
        try {
            var batch = new ArrayList<Entry<T>>();
            while (batch.size() < most && !waiting.isEmpty()) {
                batch.add(waiting.remove());
            }
            return batch;
        } finally {
            gate.unlock();
        }
    }

    private void handOver() {
        gate.lock();
        try {
            if (waiting.isEmpty()) {
                isWriting = false;
            } else {
                waiting.element().isLeader().complete(true);
            }
        } finally {
            gate.unlock();
        }
    }

    /** Why each was not written. What the database refuses is one item's fault, and the others' writers must not bear it. */
    private List<Optional<RuntimeException>> written(List<T> items) {
        try {
            writer.accept(items);
            return Collections.nCopies(items.size(), Optional.empty());
        } catch (RuntimeException failure) {
            if (items.size() == 1 || Outage.is(failure)) {
                return Collections.nCopies(items.size(), Optional.of(failure));
            }
            return items.stream().map(item -> written(List.of(item)).getFirst()).toList();
        }
    }
}
