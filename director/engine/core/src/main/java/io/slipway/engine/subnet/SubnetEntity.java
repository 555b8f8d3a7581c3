package io.slipway.engine.subnet;

import io.slipway.engine.subnet.SubnetCommand.FreeCount;
import io.slipway.engine.subnet.SubnetCommand.LeaseReply;
import io.slipway.engine.subnet.SubnetCommand.LeasesReply;
import io.slipway.engine.subnet.SubnetCommand.Want;
import java.util.List;
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

/** The one writer of a subnet's leases. Its id is the network's name and the range, joined by a slash. */
public final class SubnetEntity extends EventSourcedBehavior<SubnetCommand, SubnetEvent, SubnetState> {
    public static final EntityTypeKey<SubnetCommand> KEY = EntityTypeKey.create(SubnetCommand.class, "Subnet");

    private final String id;

    private SubnetEntity(String id) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(
                        java.time.Duration.ofMillis(200), java.time.Duration.ofSeconds(10), 0.2));
        this.id = id;
    }

    public static Behavior<SubnetCommand> create(String id) {
        return Behaviors.setup(context -> new SubnetEntity(id));
    }

    @Override
    public SubnetState emptyState() {
        return SubnetState.EMPTY;
    }

    @Override
    public EventHandler<SubnetState, SubnetEvent> eventHandler() {
        return SubnetState::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(200, 2);
    }

    @Override
    public CommandHandler<SubnetCommand, SubnetEvent, SubnetState> commandHandler() {
        return (state, command) -> switch (command) {
            case SubnetCommand.Lease lease -> lease(state, lease);
            case SubnetCommand.LeaseAll lease -> leaseAll(state, lease);
            case SubnetCommand.Release release -> {
                if (!state.leases().containsKey(release.key())) {
                    release.replyTo().tell(new LeaseReply("", ""));
                    yield Effect().none();
                }
                yield Effect().persist(new SubnetEvent.Released(release.key())).thenRun(() -> release.replyTo()
                        .tell(new LeaseReply("", "")));
            }
            case SubnetCommand.Find find -> {
                find.replyTo().tell(new LeaseReply(state.leases().getOrDefault(find.key(), ""), ""));
                yield Effect().none();
            }
            case SubnetCommand.CountFree count -> {
                count.replyTo().tell(new FreeCount(state.countFree(count.range(), count.excluded())));
                yield Effect().none();
            }
        };
    }

    private Effect<SubnetEvent, SubnetState> lease(SubnetState state, SubnetCommand.Lease lease) {
        var wants = List.of(new Want(lease.key(), lease.wanted()));
        var grant = state.grant(id, wants, lease.range(), lease.excluded());
        var reply = new LeaseReply(grant.addresses().getOrDefault(lease.key(), ""), grant.refusal());
        if (grant.fresh().isEmpty()) {
            lease.replyTo().tell(reply);
            return Effect().none();
        }
        return Effect()
                .persist(new SubnetEvent.Leased(lease.key(), reply.address()))
                .thenRun(() -> lease.replyTo().tell(reply));
    }

    private Effect<SubnetEvent, SubnetState> leaseAll(SubnetState state, SubnetCommand.LeaseAll lease) {
        var grant = state.grant(id, lease.wants(), lease.range(), lease.excluded());
        var reply = new LeasesReply(grant.addresses(), grant.refusal());
        if (grant.fresh().isEmpty()) {
            lease.replyTo().tell(reply);
            return Effect().none();
        }
        return Effect().persist(new SubnetEvent.AllLeased(grant.fresh())).thenRun(() -> lease.replyTo()
                .tell(reply));
    }
}
