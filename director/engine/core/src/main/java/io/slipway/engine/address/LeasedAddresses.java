package io.slipway.engine.address;

import io.slipway.engine.Fence;
import io.slipway.engine.address.AddressCommand.Want;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** The leases that there are, as the blocks' entities keep them. */
public final class LeasedAddresses implements Leases {
    private final ClusterSharding sharding;
    private final Fence fence;
    private final Stop stop;
    private final Supplier<List<String>> allBlocks;

    /**
     * @param fence of the run that leases
     * @param allBlocks ids of all blocks that ever leased something; may block
     */
    public LeasedAddresses(ActorSystem<?> system, Fence fence, Stop stop, Supplier<List<String>> allBlocks) {
        this.sharding = ClusterSharding.get(system);
        this.fence = fence;
        this.stop = stop;
        this.allBlocks = allBlocks;
    }

    @Override
    public Granted lease(List<Want> wants, LeaseFrom from) {
        var granted = new LinkedHashMap<String, String>();
        var blocks = Blocks.of(from.usable());
        if (blocks.size() > 1) {
            // Who holds an address in a later block is not to get another in an earlier one.
            var keys = wants.stream().map(Want::key).collect(Collectors.toSet());
            blocks.forEach(block -> granted.putAll(find(block, keys)));
            wants.forEach(want -> granted.computeIfPresent(
                    want.key(),
                    (key, held) -> want.address().isEmpty() || want.address().equals(held) ? held : null));
        }
        String refusal = "";
        for (String block : blocks) {
            var left = wants.stream()
                    .filter(want -> !granted.containsKey(want.key()) && isOf(want, block))
                    .toList();
            if (!left.isEmpty()) {
                var reply = ask(block, replyTo -> new AddressCommand.LeaseAll(left, from, fence, replyTo));
                granted.putAll(reply.addresses());
                refusal = reply.refusal();
            }
        }
        return new Granted(granted, granted.size() == wants.size() ? "" : refusal);
    }

    private static boolean isOf(Want want, String block) {
        return want.address().isEmpty() || want.address().startsWith(block + ".");
    }

    @Override
    public Optional<String> held(String subnetId, String key) {
        return blocksOf(subnetId).stream()
                .map(block -> find(block, Set.of(key)).get(key))
                .filter(Objects::nonNull)
                .findFirst();
    }

    @Override
    public void release(Collection<Lease> leases, Collection<Lease> staying) {
        var byBlock = new LinkedHashMap<String, Set<String>>();
        for (Lease lease : leases) {
            blocksOf(lease.subnetId()).forEach(block -> byBlock.computeIfAbsent(block, none -> new LinkedHashSet<>())
                    .add(lease.key()));
        }
        if (!byBlock.isEmpty()) {
            for (Lease lease : staying) {
                blocksOf(lease.subnetId()).forEach(block -> byBlock.getOrDefault(block, new LinkedHashSet<>())
                        .remove(lease.key()));
            }
        }
        byBlock.values().removeIf(Set::isEmpty);
        byBlock.forEach((block, keys) -> ask(block, replyTo -> new AddressCommand.Release(keys, fence, replyTo)));
    }

    private List<String> blocksOf(String subnetId) {
        var blocks = Blocks.of(subnetId);
        return blocks.isEmpty() ? allBlocks.get() : blocks;
    }

    private Map<String, String> find(String block, Set<String> keys) {
        return ask(block, replyTo -> new AddressCommand.Find(keys, replyTo)).addresses();
    }

    private AddressCommand.Leases ask(String block, Function<ActorRef<AddressCommand.Reply>, AddressCommand> question) {
        var entity = sharding.entityRefFor(AddressBlockEntity.KEY, block);
        return switch (Ask.<AddressCommand.Reply>untilAnswered(stop, () -> entity.ask(question::apply, Ask.SILENCE))) {
            case AddressCommand.Leases leases -> leases;
            case AddressCommand.Superseded superseded -> throw stop.superseded();
        };
    }
}
