package io.slipway.engine.address;

import io.slipway.engine.Addresses;
import io.slipway.engine.Fence;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.address.AddressCommand.Want;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.model.config.CloudConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Leases addresses for what is not an instance, from the subnets of the current cloud config. */
public final class AddressService implements Addresses {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int UNKNOWN_NETWORK = 40003;
    private static final int NONE_FREE = 130009;

    private final ActorSystem<?> system;
    private final Supplier<CloudConfig> cloudConfig;
    private final Executor blocking;
    private final Leases leases;

    /** @param stop of this director */
    public AddressService(
            ActorSystem<?> system,
            Supplier<CloudConfig> cloudConfig,
            Executor blocking,
            Stop stop,
            Supplier<List<String>> allBlocks) {
        this.system = system;
        this.cloudConfig = cloudConfig;
        this.blocking = blocking;
        this.leases = new LeasedAddresses(system, Fence.NONE, stop, allBlocks);
    }

    @Override
    public CompletionStage<String> reserve(String network, String key) {
        return CompletableFuture.supplyAsync(() -> leased(network, key), blocking);
    }

    private String leased(String network, String key) {
        var subnets = subnets(network);
        if (subnets.isEmpty()) {
            throw RequestRefused.invalid(
                    UNKNOWN_NETWORK, "network '" + network + "' is not in the cloud config, or not manual");
        }
        String refusal = "";
        for (LeaseFrom subnet : subnets) {
            var granted = leases.lease(List.of(new Want(key, "")), subnet);
            if (granted.isWhole()) {
                return granted.addresses().getOrDefault(key, "");
            }
            refusal = granted.refusal();
        }
        throw RequestRefused.conflict(NONE_FREE, refusal);
    }

    @Override
    public CompletionStage<Void> release(String network, String key) {
        // Wherever it is: the network may have other ranges by now, or be in no config any more.
        return CompletableFuture.runAsync(() -> release(new Lease(network, key)), blocking);
    }

    /** Ends a lease, given as text; unknown is success. Blocks. */
    public void release(Lease lease) {
        leases.release(List.of(lease));
    }

    @Override
    public CompletionStage<Optional<Integer>> free(String network) {
        return CompletableFuture.supplyAsync(() -> subnets(network), blocking).thenCompose(this::free);
    }

    private CompletionStage<Optional<Integer>> free(List<LeaseFrom> subnets) {
        CompletionStage<Integer> sum = CompletableFuture.completedFuture(0);
        for (LeaseFrom subnet : subnets) {
            for (String block : Blocks.of(subnet.usable())) {
                var entity = ClusterSharding.get(system).entityRefFor(AddressBlockEntity.KEY, block);
                sum = sum.thenCombine(
                        Ask.<AddressCommand.FreeCount>within(
                                DEADLINE,
                                () -> entity.ask(
                                        replyTo -> new AddressCommand.CountFree(subnet, replyTo), Ask.SILENCE)),
                        (total, count) -> total + count.free());
            }
        }
        return sum.thenApply(total -> subnets.isEmpty() ? Optional.empty() : Optional.of(total));
    }

    private List<LeaseFrom> subnets(String network) {
        return cloudConfig.get().networks().stream()
                .filter(definition -> definition.name().equals(network) && definition.isManual())
                .flatMap(definition -> definition.subnets().stream())
                .map(LeaseFrom::of)
                .toList();
    }
}
