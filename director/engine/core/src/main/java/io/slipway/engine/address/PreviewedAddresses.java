package io.slipway.engine.address;

import io.slipway.engine.Fence;
import io.slipway.engine.address.AddressCommand.Want;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** What would be leased, were it leased now. Blocks are asked for what they have, and told nothing. Not for many threads. */
public final class PreviewedAddresses implements Leases {
    private final ClusterSharding sharding;
    private final Stop stop;
    private final Map<String, AddressBlockState> blocks = new LinkedHashMap<>();

    public PreviewedAddresses(ActorSystem<?> system, Stop stop) {
        this.sharding = ClusterSharding.get(system);
        this.stop = stop;
    }

    @Override
    public Granted lease(List<Want> wants, LeaseFrom from) {
        var granted = new LinkedHashMap<String, String>();
        for (Want want : wants) {
            if (want.address().isEmpty()) {
                held(from.subnetId(), want.key()).ifPresent(address -> granted.put(want.key(), address));
            }
        }
        String refusal = "";
        for (String id : Blocks.of(from.usable())) {
            var left = wants.stream()
                    .filter(want -> !granted.containsKey(want.key()))
                    .filter(want -> want.address().isEmpty() || want.address().startsWith(id + "."))
                    .toList();
            if (!left.isEmpty()) {
                var grant = block(id).grant(left, from, AddressSpan.of(id + ".0.0/16"));
                blocks.put(id, block(id).apply(new AddressEvent.Leased(grant.fresh(), Fence.NONE)));
                granted.putAll(grant.addresses());
                refusal = grant.refusal();
            }
        }
        return new Granted(granted, granted.size() == wants.size() ? "" : refusal);
    }

    @Override
    public Optional<String> held(String subnetId, String key) {
        return Blocks.of(subnetId).stream()
                .map(id -> Optional.ofNullable(block(id).leases().get(key)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public void release(Collection<Lease> leases, Collection<Lease> staying) {
        for (Lease lease : leases) {
            for (String id : Blocks.of(lease.subnetId())) {
                boolean stays = staying.stream()
                        .anyMatch(other -> other.key().equals(lease.key())
                                && Blocks.of(other.subnetId()).contains(id));
                if (!stays) {
                    blocks.put(id, block(id).apply(new AddressEvent.Released(Set.of(lease.key()))));
                }
            }
        }
    }

    private AddressBlockState block(String id) {
        return blocks.computeIfAbsent(id, unknown -> {
            var entity = sharding.entityRefFor(AddressBlockEntity.KEY, id);
            var reply = Ask.<AddressCommand.Reply>untilAnswered(
                    stop, () -> entity.ask(AddressCommand.FindAll::new, Ask.SILENCE));
            return reply instanceof AddressCommand.Leases leases
                    ? new AddressBlockState(leases.addresses(), Map.of())
                    : AddressBlockState.EMPTY;
        });
    }
}
