package io.slipway.engine.subnet;

import io.slipway.engine.subnet.SubnetCommand.FreeCount;
import io.slipway.engine.subnet.SubnetCommand.LeaseReply;
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
            case SubnetCommand.Release release -> {
                if (!state.leases().containsKey(release.key())) {
                    release.replyTo().tell(new LeaseReply("", ""));
                    yield Effect().none();
                }
                yield Effect().persist(new SubnetEvent.Released(release.key())).thenRun(() -> release.replyTo()
                        .tell(new LeaseReply("", "")));
            }
            case SubnetCommand.CountFree count -> {
                count.replyTo().tell(new FreeCount(state.countFree(count.range(), count.excluded())));
                yield Effect().none();
            }
        };
    }

    private Effect<SubnetEvent, SubnetState> lease(SubnetState state, SubnetCommand.Lease lease) {
        String held = state.leases().getOrDefault(lease.key(), "");
        String wanted = lease.wanted();
        if (!held.isEmpty() && (wanted.isEmpty() || wanted.equals(held))) {
            lease.replyTo().tell(new LeaseReply(held, ""));
            return Effect().none();
        }
        if (!wanted.isEmpty()) {
            var holder = state.holderOf(wanted);
            if (holder.isPresent()) {
                lease.replyTo()
                        .tell(new LeaseReply(
                                "", "Failed to reserve IP '" + wanted + "' in '" + id + "': it is leased already"));
                return Effect().none();
            }
            return grant(lease, wanted);
        }
        return state.lowestFree(lease.range(), lease.excluded())
                .map(free -> grant(lease, free))
                .orElseGet(() -> {
                    lease.replyTo()
                            .tell(new LeaseReply(
                                    "",
                                    "no free addresses in subnet '" + id
                                            + "': delete what is not needed or widen its range"));
                    return Effect().none();
                });
    }

    private Effect<SubnetEvent, SubnetState> grant(SubnetCommand.Lease lease, String address) {
        return Effect().persist(new SubnetEvent.Leased(lease.key(), address)).thenRun(() -> lease.replyTo()
                .tell(new LeaseReply(address, "")));
    }
}
