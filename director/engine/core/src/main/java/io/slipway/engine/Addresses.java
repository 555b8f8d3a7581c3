package io.slipway.engine;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Addresses of subnets that somebody other than an instance needs, such as a cluster's API endpoint. */
public interface Addresses {

    /**
     * Leases one free address of a network of the current cloud config. The same key gets the same address again.
     * Fails with {@link RequestRefused} where the network is unknown or none is free.
     */
    CompletionStage<String> reserve(String network, String key);

    /** Ends a lease; unknown is success. */
    CompletionStage<Void> release(String network, String key);

    /** How many addresses of the network are free now, or empty where the network is unknown. */
    CompletionStage<Optional<Integer>> free(String network);
}
