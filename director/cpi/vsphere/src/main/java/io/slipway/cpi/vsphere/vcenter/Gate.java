package io.slipway.cpi.vsphere.vcenter;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets as many pass at a time as the limit says now. */
final class Gate {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private AdaptiveLimit limit;
    private int inside;

    Gate(int most) {
        limit = AdaptiveLimit.upTo(most);
    }

    void enter() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (inside >= limit.now()) {
                changed.await();
            }
            inside++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            inside--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tells how long a call took. */
    void took(Duration duration) {
        lock.lock();
        try {
            limit = limit.after(duration);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int limit() {
        lock.lock();
        try {
            return limit.now();
        } finally {
            lock.unlock();
        }
    }
}
