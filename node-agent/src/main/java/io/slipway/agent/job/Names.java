package io.slipway.agent.job;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.Failure;

/** Names that come over the stream become parts of paths: only plain ones may. */
public final class Names {
    private Names() {}

    public static void check(String kind, String name) throws CommandFailure {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,200}")) {
            throw new CommandFailure(Failure.Code.INVALID, kind + " name '" + name + "' is not a plain file name");
        }
    }

    public static void checkDigest(String what, String sha256) throws CommandFailure {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new CommandFailure(
                    Failure.Code.INVALID, what + ": '" + sha256 + "' is not a lower-case hexadecimal SHA-256 digest");
        }
    }
}
