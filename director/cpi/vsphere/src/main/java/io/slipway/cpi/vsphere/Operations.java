package io.slipway.cpi.vsphere;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.rmi.RemoteException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the CPI is asked for, which is safe to repeat as a whole: where vCenter does not answer, or is busy with
 * the same object, it is done again from its beginning, until the patience is over.
 */
final class Operations {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private final Duration patience;
    private final Runnable afresh;

    /** @param afresh forgets what was read before, and may not be true any more */
    Operations(Duration patience, Runnable afresh) {
        this.patience = patience;
        this.afresh = afresh;
    }

    /** @param what is done, for messages, for example {@code creating VM 'vm-1'} */
    <T extends @Nullable Object> T run(String what, CallContext asker, Locks.Work<T> work) {
        long end = System.nanoTime() + patience.toNanos();
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                return work.run();
            } catch (RemoteException e) {
                CpiFailure failure = Failures.of(what, e);
                boolean isOver = System.nanoTime() + pause.toNanos() > end || asker.isCancelled();
                if (!Failures.isPassing(e) || isOver || Thread.currentThread().isInterrupted()) {
                    throw new CpiException(failure, e);
                }
                asker.log(failure.message() + "; again in " + pause.toMillis() + " ms");
                sleep(pause, failure, e);
                afresh.run();
            }
        }
    }

    private static void sleep(Duration pause, CpiFailure failure, RemoteException e) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CpiException(failure, e);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
