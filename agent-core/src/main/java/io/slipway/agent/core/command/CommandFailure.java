package io.slipway.agent.core.command;

import io.slipway.protocol.agent.v1.Failure;

/** Why a command could not be carried out. Thrown by features, told to the director in one place, the desk. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Failure.Code code;
    private final String outputTail;

    public CommandFailure(Failure.Code code, String message, String outputTail) {
        super(message);
        this.code = code;
        this.outputTail = outputTail;
    }

    public CommandFailure(Failure.Code code, String message) {
        this(code, message, "");
    }

    public Failure toProto() {
        return Failure.newBuilder()
                .setCode(code)
                .setMessage(String.valueOf(getMessage()))
                .setOutputTail(outputTail)
                .build();
    }
}
