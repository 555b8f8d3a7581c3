package io.slipway.cpi.external;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread at a time deal with what has a key. */
final class KeyLocks {
    private final ConcurrentHashMap<String, Counted> locks = new ConcurrentHashMap<>();

    /** A lock that is held until it is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Counted {
        final ReentrantLock lock = new ReentrantLock();
        int users;
    }

    Held hold(String key) {
        var counted = locks.compute(key, (name, present) -> {
            var used = present == null ? new Counted() : present;
            used.users++;
            return used;
        });
        counted.lock.lock();
        return () -> {
            counted.lock.unlock();
            locks.computeIfPresent(key, (name, present) -> --present.users == 0 ? null : present);
        };
    }
}
