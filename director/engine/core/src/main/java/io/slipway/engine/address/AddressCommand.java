package io.slipway.engine.address;

import io.slipway.engine.Fence;
import io.slipway.engine.RemoteMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** What may be asked of a block of addresses. */
public sealed interface AddressCommand extends RemoteMessage {
    /**
     * Lease an address for each of these, as far as there are any. A key that holds one gets the same again, unless another
     * one is wanted.
     *
     * @param fence an older run's request is refused
     */
    record LeaseAll(List<Want> wants, LeaseFrom from, Fence fence, ActorRef<Reply> replyTo) implements AddressCommand {}

    /** End leases; a key without one is success. An older run's request is refused. */
    record Release(Set<String> keys, Fence fence, ActorRef<Reply> replyTo) implements AddressCommand {}

    /** Tell the addresses that are leased under these keys. */
    record Find(Set<String> keys, ActorRef<Reply> replyTo) implements AddressCommand {}

    /** Tell all leases. */
    record FindAll(ActorRef<Reply> replyTo) implements AddressCommand {}

    /** Count what is free. */
    record CountFree(LeaseFrom from, ActorRef<FreeCount> replyTo) implements AddressCommand {}

    /**
     * Who wants an address.
     *
     * @param address a certain one, or empty for any free one
     */
    record Want(String key, String address) implements RemoteMessage {}

    sealed interface Reply extends RemoteMessage {}

    /**
     * What is leased, once it is journaled.
     *
     * @param addresses by key, of those that were asked for
     * @param refusal why others were not leased; empty where all were
     */
    record Leases(Map<String, String> addresses, String refusal) implements Reply {}

    /** A newer run of the same deployment has spoken already. */
    record Superseded() implements Reply {}

    record FreeCount(int free) implements RemoteMessage {}
}
