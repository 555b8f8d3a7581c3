package io.slipway.engine.subnet;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/**
 * The leases of a subnet as earlier versions journaled them: read once, when a director of this version first starts on
 * their database, and written never again. See {@link FormerSubnets}.
 */
public final class SubnetEntity extends EventSourcedBehavior<SubnetCommand, SubnetEvent, SubnetState> {
    public static final EntityTypeKey<SubnetCommand> KEY = EntityTypeKey.create(SubnetCommand.class, "Subnet");

    private SubnetEntity(String id) {
        super(PersistenceId.of(KEY.name(), id));
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
    public CommandHandler<SubnetCommand, SubnetEvent, SubnetState> commandHandler() {
        return (state, command) -> switch (command) {
            case SubnetCommand.FindAll find -> {
                find.replyTo().tell(new SubnetCommand.Leases(state.leases()));
                yield Effect().none();
            }
        };
    }
}
