package io.slipway.cpi.simulated.agent;

import io.slipway.protocol.agent.v1.Failure;

/** Why an agent could not carry out a command. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    CommandFailure(Failure failure) {
        super(failure.getMessage());
        this.failure = failure;
    }

    CommandFailure(Failure.Code code, String message) {
        this(Failure.newBuilder().setCode(code).setMessage(message).build());
    }

    Failure failure() {
        return failure;
    }
}
