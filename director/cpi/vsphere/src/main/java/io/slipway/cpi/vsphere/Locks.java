package io.slipway.cpi.vsphere;

import java.rmi.RemoteException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One at a time for each key, of one kind of thing. Different keys seldom wait for each other. */
final class Locks {
    private static final int STRIPES = 512;

    private final ReentrantLock[] stripes =
            IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run() throws RemoteException;
    }

    <T extends @Nullable Object> T with(String key, Work<T> work) throws RemoteException {
        var lock = stripes[Math.floorMod(key.hashCode(), STRIPES)];
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted while '" + key + "' was being changed by another call", e);
        }
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }
}
