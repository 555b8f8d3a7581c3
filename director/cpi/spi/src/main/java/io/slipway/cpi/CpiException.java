package io.slipway.cpi;

import org.jspecify.annotations.Nullable;

/** Carries a {@link CpiFailure} out of a CPI call. */
public final class CpiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient CpiFailure failure;

    public CpiException(CpiFailure failure) {
        this(failure, null);
    }

    public CpiException(CpiFailure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    public CpiFailure failure() {
        return failure;
    }
}
