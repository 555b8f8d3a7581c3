package io.slipway.engine;

import java.util.Optional;

/** Reads generated variables of a deployment. Values are decrypted here and must not be logged. */
public interface Variables {

    /** A scalar, or a map such as {ca, certificate, private_key} of a certificate. */
    Optional<Object> value(String deployment, String name);
}
