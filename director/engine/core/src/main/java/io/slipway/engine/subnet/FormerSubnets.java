package io.slipway.engine.subnet;

import io.slipway.engine.address.AddressCommand.Want;
import io.slipway.engine.address.LeaseFrom;
import io.slipway.engine.address.Leases;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.store.StateRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what earlier versions leased by subnet into the blocks of addresses, under the same keys. Each subnet's journal
 * goes when all of it is moved, so that a director that dies meanwhile begins it again and finds the rest. Blocks.
 */
public final class FormerSubnets {
    private static final Logger LOG = LoggerFactory.getLogger(FormerSubnets.class);
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final StateRows rows;
    private final Leases leases;
    private final Stop stop;

    public FormerSubnets(ActorSystem<?> system, StateRows rows, Leases leases, Stop stop) {
        this.system = system;
        this.rows = rows;
        this.leases = leases;
        this.stop = stop;
    }

    /** To be called before anything else is leased; quick where there are none. */
    public void move() {
        for (String id : rows.journalsOf(SubnetEntity.KEY.name())) {
            var subnet = ClusterSharding.get(system).entityRefFor(SubnetEntity.KEY, id);
            var found = Ask.<SubnetCommand.Leases>untilAnswered(
                    stop, () -> subnet.ask(SubnetCommand.FindAll::new, SILENCE));
            var wants = new ArrayList<Want>();
            found.addresses().forEach((key, address) -> wants.add(new Want(key, address)));
            move(id, wants);
            rows.forgetJournal(SubnetEntity.KEY.name(), id);
            LOG.info("{} leases of subnet {} are moved", wants.size(), id);
        }
    }

    private void move(String id, List<Want> wants) {
        for (Want want : wants) {
            var from = new LeaseFrom(id, want.address() + "-" + want.address(), List.of());
            var granted = leases.lease(List.of(want), from);
            if (!granted.isWhole()) {
                LOG.warn(
                        "address {} was leased in two subnets: it stays with the first, and {} of {} is left out",
                        want.address(),
                        want.key(),
                        id);
            }
        }
    }
}
