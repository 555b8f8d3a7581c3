package io.slipway.cpi.simulated;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.cpi.simulated.fault.Faults;
import java.time.Duration;
import java.util.function.Supplier;

/** Every call of the CPI passes here, and takes its time or goes wrong. */
final class FaultGate {
    private final Faults faults;
    private final Duration least;

    FaultGate(Faults faults, Duration least) {
        this.faults = faults;
        this.least = least;
    }

    /** Work that may be cut short by an interrupt. */
    @FunctionalInterface
    private interface Wait {
        void run() throws InterruptedException;
    }

    void run(CpiMethod method, String subject, Runnable work) {
        call(method, subject, () -> {
            work.run();
            return method;
        });
    }

    <T> T call(CpiMethod method, String subject, Supplier<T> work) {
        var strike = faults.strike(method, subject);
        if (!least.isZero()) {
            await(() -> Thread.sleep(least));
        }
        if (strike.isEmpty()) {
            return work.get();
        }
        var rule = strike.get().rule();
        return switch (strike.get().fault()) {
            case CpiFault.Fail fail -> throw new CpiException(fail.failure());
            case CpiFault.FailAfterwards fail -> throw inSpiteOf(work.get(), fail.failure());
            case CpiFault.Delay delay -> {
                await(() -> Thread.sleep(delay.longer()));
                yield work.get();
            }
            case CpiFault.Hang hang -> {
                await(rule::awaitLifted);
                yield work.get();
            }
            case CpiFault.HangAfterwards hang -> {
                T done = work.get();
                await(rule::awaitLifted);
                yield done;
            }
        };
    }

    private static CpiException inSpiteOf(Object done, CpiFailure failure) {
        return new CpiException(failure, new IllegalStateException("the caller is not to know of " + done));
    }

    private static void await(Wait wait) {
        try {
            wait.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CpiException(new CpiFailure.CloudError("the call was interrupted", true), e);
        }
    }
}
