package io.slipway.engine.address;

import io.slipway.engine.Fence;
import io.slipway.engine.address.AddressCommand.Leases;
import io.slipway.engine.address.AddressCommand.Superseded;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;

/**
 * The one writer of the leases of all addresses whose first two numbers are the same; its id is those, as in {@code 10.70}.
 * It listens to runs of deployments, to compilations and to whoever needs an address besides; it writes nothing but its
 * journal. Since an address is of one block only, networks may overlap and ranges may change, and still nobody gets an
 * address that somebody has.
 */
public final class AddressBlockEntity extends EventSourcedBehavior<AddressCommand, AddressEvent, AddressBlockState> {
    public static final EntityTypeKey<AddressCommand> KEY = EntityTypeKey.create(AddressCommand.class, "AddressBlock");

    private final AddressSpan block;

    private AddressBlockEntity(String id) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
        this.block = AddressSpan.of(id + ".0.0/16");
    }

    public static Behavior<AddressCommand> create(String id) {
        return Behaviors.setup(context -> new AddressBlockEntity(id));
    }

    @Override
    public AddressBlockState emptyState() {
        return AddressBlockState.EMPTY;
    }

    @Override
    public EventHandler<AddressBlockState, AddressEvent> eventHandler() {
        return AddressBlockState::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(200, 2).withDeleteEventsOnSnapshot();
    }

    @Override
    public CommandHandler<AddressCommand, AddressEvent, AddressBlockState> commandHandler() {
        return (state, command) -> switch (command) {
            case AddressCommand.LeaseAll lease -> leaseAll(state, lease);
            case AddressCommand.Release release -> release(state, release);
            case AddressCommand.Find find -> {
                var found = new LinkedHashMap<>(state.leases());
                found.keySet().retainAll(find.keys());
                find.replyTo().tell(new Leases(found, ""));
                yield Effect().none();
            }
            case AddressCommand.FindAll find -> {
                find.replyTo().tell(new Leases(state.leases(), ""));
                yield Effect().none();
            }
            case AddressCommand.CountFree count -> {
                count.replyTo().tell(new AddressCommand.FreeCount(state.countFree(count.from(), block)));
                yield Effect().none();
            }
        };
    }

    private Effect<AddressEvent, AddressBlockState> leaseAll(AddressBlockState state, AddressCommand.LeaseAll lease) {
        if (isRefused(state, lease.fence(), lease.replyTo())) {
            return Effect().none();
        }
        var grant = state.grant(lease.wants(), lease.from(), block);
        var reply = new Leases(grant.addresses(), grant.refusal());
        if (grant.fresh().isEmpty()) {
            lease.replyTo().tell(reply);
            return Effect().none();
        }
        return Effect()
                .persist(new AddressEvent.Leased(grant.fresh(), lease.fence()))
                .thenRun(() -> lease.replyTo().tell(reply));
    }

    private Effect<AddressEvent, AddressBlockState> release(AddressBlockState state, AddressCommand.Release release) {
        if (isRefused(state, release.fence(), release.replyTo())) {
            return Effect().none();
        }
        var held = new LinkedHashSet<>(release.keys());
        held.retainAll(state.leases().keySet());
        var reply = new Leases(new LinkedHashMap<>(), "");
        if (held.isEmpty()) {
            release.replyTo().tell(reply);
            return Effect().none();
        }
        return Effect().persist(new AddressEvent.Released(held)).thenRun(() -> release.replyTo()
                .tell(reply));
    }

    private static boolean isRefused(AddressBlockState state, Fence fence, ActorRef<AddressCommand.Reply> replyTo) {
        boolean isSuperseded = state.isSuperseded(fence);
        if (isSuperseded) {
            replyTo.tell(new Superseded());
        }
        return isSuperseded;
    }
}
