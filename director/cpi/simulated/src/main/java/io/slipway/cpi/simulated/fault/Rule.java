package io.slipway.cpi.simulated.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A fault that was injected. It says how often it struck, and can be lifted. */
public final class Rule {
    private final int first;
    private final int times;
    private final CountDownLatch struckOnce = new CountDownLatch(1);
    private final CountDownLatch lifted = new CountDownLatch(1);
    private final Runnable whenLifted;
    private int seen;
    private int struck;

    /** @param first the number of the first matching event that is struck, from 1 on */
    Rule(int first, int times, Runnable whenLifted) {
        this.first = first;
        this.times = times;
        this.whenLifted = whenLifted;
    }

    /** Counts one matching event; whether it is struck. */
    synchronized boolean strikes() {
        if (isLifted()) {
            return false;
        }
        seen++;
        boolean isStruck = seen >= first && seen - first < times;
        if (isStruck) {
            struck++;
            struckOnce.countDown();
        }
        return isStruck;
    }

    /** How many events it struck so far. */
    public synchronized int struck() {
        return struck;
    }

    /** Waits until it has struck once; false where that did not happen in time. */
    public boolean awaitStruck(Duration limit) throws InterruptedException {
        return struckOnce.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Strikes no more from now on, and lets go of what hangs. */
    public void lift() {
        lifted.countDown();
        whenLifted.run();
    }

    boolean isLifted() {
        return lifted.getCount() == 0;
    }

    /** For what hangs. */
    public void awaitLifted() throws InterruptedException {
        lifted.await();
    }
}
