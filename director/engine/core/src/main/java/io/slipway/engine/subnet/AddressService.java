package io.slipway.engine.subnet;

import io.slipway.engine.Addresses;
import io.slipway.engine.RequestRefused;
import io.slipway.model.config.CloudConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Leases addresses for what is not an instance, from the subnets of the current cloud config. */
public final class AddressService implements Addresses {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final ClusterSharding sharding;
    private final Supplier<CloudConfig> cloudConfig;

    public AddressService(ClusterSharding sharding, Supplier<CloudConfig> cloudConfig) {
        this.sharding = sharding;
        this.cloudConfig = cloudConfig;
    }

    @Override
    public CompletionStage<String> reserve(String network, String key) {
        var subnets = subnets(network);
        if (subnets.isEmpty()) {
            return CompletableFuture.failedFuture(new RequestRefused(
                    400, 40003, "network '" + network + "' is not in the cloud config, or not manual"));
        }
        return reserve(subnets, 0, key);
    }

    @Override
    public CompletionStage<Void> release(String network, String key) {
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (LeaseFrom subnet : subnets(network)) {
            done = done.thenCompose(before -> sharding.entityRefFor(SubnetEntity.KEY, subnet.subnetId())
                    .<SubnetCommand.LeaseReply>ask(replyTo -> new SubnetCommand.Release(key, replyTo), DEADLINE)
                    .thenAccept(released -> {}));
        }
        return done;
    }

    @Override
    public CompletionStage<Optional<Integer>> free(String network) {
        var subnets = subnets(network);
        if (subnets.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletionStage<Integer> sum = CompletableFuture.completedFuture(0);
        for (LeaseFrom subnet : subnets) {
            sum = sum.thenCombine(
                    sharding.entityRefFor(SubnetEntity.KEY, subnet.subnetId())
                            .<SubnetCommand.FreeCount>ask(
                                    replyTo -> new SubnetCommand.CountFree(subnet.range(), subnet.excluded(), replyTo),
                                    DEADLINE),
                    (total, count) -> total + count.free());
        }
        return sum.thenApply(Optional::of);
    }

    /** Ends a lease, given as {@code subnet id|lease key}; unknown is success. */
    public CompletionStage<Void> release(String lease) {
        int bar = lease.indexOf('|');
        return sharding.entityRefFor(SubnetEntity.KEY, lease.substring(0, bar))
                .<SubnetCommand.LeaseReply>ask(
                        replyTo -> new SubnetCommand.Release(lease.substring(bar + 1), replyTo), DEADLINE)
                .thenAccept(released -> {});
    }

    private CompletionStage<String> reserve(List<LeaseFrom> subnets, int index, String key) {
        var subnet = subnets.get(index);
        return sharding.entityRefFor(SubnetEntity.KEY, subnet.subnetId())
                .<SubnetCommand.LeaseReply>ask(
                        replyTo -> new SubnetCommand.Lease(key, subnet.range(), subnet.excluded(), "", replyTo),
                        DEADLINE)
                .thenCompose(reply -> {
                    if (reply.refusal().isEmpty()) {
                        return CompletableFuture.completedFuture(reply.address());
                    }
                    return index + 1 < subnets.size()
                            ? reserve(subnets, index + 1, key)
                            : CompletableFuture.failedFuture(new RequestRefused(409, 130009, reply.refusal()));
                });
    }

    private List<LeaseFrom> subnets(String network) {
        return cloudConfig.get().networks().stream()
                .filter(definition ->
                        definition.name().equals(network) && definition.type().equals("manual"))
                .flatMap(definition -> definition.subnets().stream())
                .map(LeaseFrom::of)
                .toList();
    }
}
