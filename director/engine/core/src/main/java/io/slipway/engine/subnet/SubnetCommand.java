package io.slipway.engine.subnet;

import io.slipway.engine.RemoteMessage;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** What may be asked of a subnet. */
public sealed interface SubnetCommand extends RemoteMessage {

    /**
     * Lease an address under a key; a key that holds one gets the same again, unless another one is wanted.
     *
     * @param range CIDR of the subnet
     * @param excluded addresses that are never given out freely: gateway, reserved and static ranges, each as
     *     {@code first-last}
     * @param wanted a static address, or empty for any free one
     */
    record Lease(String key, String range, List<String> excluded, String wanted, ActorRef<LeaseReply> replyTo)
            implements SubnetCommand {}

    /**
     * Lease an address for each of these as {@link Lease} does: for all of them, or for none.
     *
     * @param range CIDR of the subnet
     * @param excluded as with {@link Lease}
     */
    record LeaseAll(List<Want> wants, String range, List<String> excluded, ActorRef<LeasesReply> replyTo)
            implements SubnetCommand {}

    /** End a lease; a key without one is success. */
    record Release(String key, ActorRef<LeaseReply> replyTo) implements SubnetCommand {}

    /** Tell the address that is leased under a key; empty where none is. */
    record Find(String key, ActorRef<LeaseReply> replyTo) implements SubnetCommand {}

    /** Count what is free. */
    record CountFree(String range, List<String> excluded, ActorRef<FreeCount> replyTo) implements SubnetCommand {}

    /**
     * The answer, once journaled.
     *
     * @param address empty where it was refused or released
     * @param refusal empty where it was granted
     */
    record LeaseReply(String address, String refusal) implements RemoteMessage {}

    /**
     * Who wants an address.
     *
     * @param address a static one, or empty for any free one
     */
    record Want(String key, String address) implements RemoteMessage {}

    /**
     * The answer, once journaled.
     *
     * @param addresses by key; empty where it was refused
     * @param refusal empty where all were granted
     */
    record LeasesReply(Map<String, String> addresses, String refusal) implements RemoteMessage {}

    record FreeCount(int free) implements RemoteMessage {}
}
