package io.slipway.engine.resurrection;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks;
import io.slipway.engine.resurrection.DownTracker.Health;
import io.slipway.engine.resurrection.DownTracker.Sighting;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all instances again and again, and has the VMs made anew of those that were running and are gone or off: soon
 * where the infrastructure says so, after a longer silence otherwise. A deployment that is being worked on is left alone, and so
 * is one of which too much is down.
 */
public final class Resurrector {
    private static final Logger LOG = LoggerFactory.getLogger(Resurrector.class);
    private static final Requester REQUESTER = new Requester("hm", "", "");
    private static final List<Tasks.State> OPEN =
            List.of(Tasks.State.QUEUED, Tasks.State.PROCESSING, Tasks.State.CANCELLING);

    private final Deployments deployments;
    private final Tasks tasks;
    private final ResurrectionService resurrection;
    private final Cpis cpis;
    private final Audit audit;
    private final Clock clock;
    private final ResurrectionSettings settings;
    private final DownTracker tracker;
    private final Set<String> inMeltdown = new HashSet<>();
    private final ReentrantLock looking = new ReentrantLock();

    public Resurrector(
            Deployments deployments,
            Tasks tasks,
            ResurrectionService resurrection,
            Cpis cpis,
            Audit audit,
            Clock clock,
            ResurrectionSettings settings) {
        this.deployments = deployments;
        this.tasks = tasks;
        this.resurrection = resurrection;
        this.cpis = cpis;
        this.audit = audit;
        this.clock = clock;
        this.settings = settings;
        this.tracker = new DownTracker(settings);
    }

    /** One look; to be called again and again. While one takes long, others are left out. */
    public void look() {
        if (!looking.tryLock()) {
            return;
        }
        try {
            lookAtAll(clock.instant());
        } catch (RuntimeException failure) {
            LOG.warn("deployments cannot be looked at: {}", failure.toString());
        } finally {
            looking.unlock();
        }
    }

    private void lookAtAll(Instant now) {
        var watchedIds = new ArrayList<String>();
        for (DeploymentRow deployment : deployments.list()) {
            var watched = deployments.instances(deployment.name()).stream()
                    .filter(Resurrector::isWatched)
                    .toList();
            watched.forEach(row -> watchedIds.add(row.id()));
            tracker.observe(
                    watched.stream()
                            .map(row -> new Sighting(row.id(), isDown(row)))
                            .toList(),
                    now);
            try {
                repair(deployment, watched, now);
            } catch (RuntimeException failure) {
                LOG.warn("deployment {} cannot be looked at: {}", deployment.name(), failure.toString());
            }
        }
        tracker.retain(watchedIds);
    }

    /** Instances that are to run; one whose VM could not be made is for people to look at. */
    private static boolean isWatched(InstanceRow row) {
        boolean isAtRest = row.activity().isEmpty()
                || (row.activity().equals("failed") && !row.vmCid().isEmpty());
        return row.state().equals("started") && isAtRest && !row.ignored();
    }

    private static boolean isDown(InstanceRow row) {
        return row.vmCid().isEmpty() || !row.agentConnected();
    }

    private void repair(DeploymentRow deployment, List<InstanceRow> watched, Instant now) {
        var name = deployment.name();
        var down = watched.stream()
                .filter(Resurrector::isDown)
                .filter(row -> tracker.isDownFor(row.id(), settings.lostGrace(), now))
                .toList();
        if (down.isEmpty()) {
            inMeltdown.remove(name);
            return;
        }
        if (!deployment.lockedByTask().isEmpty() || resurrection.isPausedForAll() || isAskedAlready(name)) {
            return;
        }
        var health = tracker.healthOf(watched.stream().map(InstanceRow::id).toList(), now);
        if (health == Health.MELTDOWN) {
            tellOfMeltdown(name, down, watched.size());
            return;
        }
        inMeltdown.remove(name);
        var rules = resurrection.rules();
        var dead = down.stream()
                .filter(row -> rules.isEnabled(name, row.group()))
                .filter(row -> tracker.mayAsk(row.id(), now))
                .filter(row -> isDead(row, now))
                .toList();
        if (!dead.isEmpty()) {
            ask(name, dead, now);
        }
    }

    private boolean isAskedAlready(String deployment) {
        return tasks.list(new Tasks.TaskFilter(OPEN, deployment, "", 100)).stream()
                .anyMatch(task -> task.kind() == TaskKind.SCAN_AND_FIX);
    }

    /** A VM that is there and runs gets a longer time to be heard of again. */
    private boolean isDead(InstanceRow row, Instant now) {
        if (row.vmCid().isEmpty() || tracker.isDownFor(row.id(), settings.unresponsiveGrace(), now)) {
            return true;
        }
        var cpi = cpis.of(row.cpi(), CallContext.SILENT);
        return !cpi.hasVm(row.vmCid()) || isOff(cpi, row);
    }

    private static boolean isOff(Cpi cpi, InstanceRow row) {
        return cpi.findVm(row.agentId())
                .filter(vm -> vm.cid().equals(row.vmCid()) && !vm.isRunning())
                .isPresent();
    }

    private void ask(String deployment, List<InstanceRow> dead, Instant now) {
        var ids = dead.stream().map(InstanceRow::id).toList();
        tracker.asked(ids, now);
        long task = resurrection
                .scanAndFix(deployment, ids, REQUESTER)
                .toCompletableFuture()
                .join();
        LOG.info("task {} makes anew what is gone of deployment {}: {}", task, deployment, names(dead));
        for (InstanceRow row : dead) {
            record("resurrect/" + task + "/" + row.id(), "resurrect", row.vmCid(), Long.toString(task), row, "");
        }
    }

    private void tellOfMeltdown(String deployment, List<InstanceRow> down, int watched) {
        if (!inMeltdown.add(deployment)) {
            return;
        }
        String why = "We are in meltdown: " + down.size() + " of " + watched + " instances are down; none is made anew";
        LOG.warn("deployment {}: {}: {}", deployment, why, names(down));
        for (InstanceRow row : down) {
            record("meltdown/" + row.id() + "/" + clock.millis(), "skip resurrection", row.vmCid(), "", row, why);
        }
    }

    private void record(String key, String action, String vm, String task, InstanceRow row, String error) {
        audit.record(new Audit.Fact(
                key,
                REQUESTER.user(),
                REQUESTER.client(),
                action,
                "vm",
                vm,
                task,
                row.deployment(),
                row.group() + "/" + row.id(),
                error,
                Map.of()));
    }

    private static List<String> names(List<InstanceRow> rows) {
        return rows.stream().map(row -> row.group() + "/" + row.id()).toList();
    }
}
