package io.slipway.engine;

import org.apache.pekko.actor.NoSerializationVerificationNeeded;

/** What an actor tells itself, or another one in the same process: it never leaves it, and need have no form outside. */
public interface LocalMessage extends NoSerializationVerificationNeeded {}
