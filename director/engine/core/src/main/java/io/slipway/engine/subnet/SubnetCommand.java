package io.slipway.engine.subnet;

import io.slipway.engine.RemoteMessage;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** What may be asked of a subnet. */
public sealed interface SubnetCommand extends RemoteMessage {
    /** Tell all leases. */
    record FindAll(ActorRef<Leases> replyTo) implements SubnetCommand {}

    /** The answer: addresses by key. */
    record Leases(Map<String, String> addresses) implements RemoteMessage {}
}
