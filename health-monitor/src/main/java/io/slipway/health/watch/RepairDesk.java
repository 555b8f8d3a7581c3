package io.slipway.health.watch;

import io.slipway.engine.Audit;
import io.slipway.engine.Repairs;
import io.slipway.engine.Requester;
import io.slipway.health.liveness.InstanceSight;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has VMs made anew, and writes down that, or why not. Calls block. */
final class RepairDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RepairDesk.class);
    private static final Requester REQUESTER = new Requester("hm", "", "");

    private final Repairs repairs;
    private final Audit audit;
    private final Clock clock;

    RepairDesk(Repairs repairs, Audit audit, Clock clock) {
        this.repairs = repairs;
        this.audit = audit;
        this.clock = clock;
    }

    /** The task that does it. */
    long repair(String deployment, List<InstanceSight> dead) {
        var ids = dead.stream().map(InstanceSight::id).toList();
        long task =
                repairs.repair(deployment, ids, REQUESTER).toCompletableFuture().join();
        LOG.info("task {} makes anew what is gone of deployment {}: {}", task, deployment, names(dead));
        for (InstanceSight one : dead) {
            record("resurrect/" + task + "/" + one.id(), "resurrect", Long.toString(task), deployment, one, "");
        }
        return task;
    }

    void skip(String deployment, List<InstanceSight> down, String why) {
        LOG.warn("deployment {}: {}: {}", deployment, why, names(down));
        for (InstanceSight one : down) {
            record("meltdown/" + one.id() + "/" + clock.millis(), "skip resurrection", "", deployment, one, why);
        }
    }

    private void record(String key, String action, String task, String deployment, InstanceSight one, String error) {
        audit.record(new Audit.Fact(
                key,
                REQUESTER.user(),
                REQUESTER.client(),
                action,
                "vm",
                one.vmCid(),
                task,
                deployment,
                one.name(),
                error,
                Map.of()));
    }

    private static List<String> names(List<InstanceSight> instances) {
        return instances.stream().map(InstanceSight::name).toList();
    }
}
