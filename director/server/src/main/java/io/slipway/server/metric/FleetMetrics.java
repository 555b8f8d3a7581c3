package io.slipway.server.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.kubernetes.Cluster;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all directors of a database look after, counted now and then, so that scrapes cost nothing, however many come. Each director
 * tells all of it: queries take the largest of what directors say.
 */
public final class FleetMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(FleetMetrics.class);
    /** What agents say of jobs is text; of what else one says there may be any number. */
    private static final Set<String> JOB_STATES =
            Set.of("running", "starting", "failing", "stopped", "unresponsive agent");

    private static final List<State> OPEN = List.of(State.QUEUED, State.PROCESSING, State.CANCELLING);

    private final Sources sources;
    private final Clock clock;
    private final MultiGauge deploymentInstances;
    private final MultiGauge instances;
    private final MultiGauge deployments;
    private final MultiGauge tasks;
    private final MultiGauge clusters;
    private final MultiGauge clusterNodes;
    private final Counter failures;
    private volatile Instant countedAt = Instant.EPOCH;
    private volatile double oldestQueuedSeconds;
    private volatile double tookSeconds;
    private volatile double auditRows;

    /** Where it is read from; all of them block. */
    public record Sources(
            Supplier<List<String>> deployments,
            Supplier<List<InstanceRow>> instances,
            Supplier<List<TaskRow>> openTasks,
            Supplier<List<Cluster>> clusters,
            Supplier<Long> auditRows) {}

    public FleetMetrics(Sources sources, MeterRegistry registry, Clock clock) {
        this.sources = sources;
        this.clock = clock;
        deploymentInstances =
                gauges(registry, "slipway.deployment.instances", "Instances of a deployment by their state.");
        instances = gauges(registry, "slipway.instances", "Instances of all deployments by their state.");
        deployments = gauges(registry, "slipway.deployments", "Deployments that there are.");
        tasks = gauges(registry, "slipway.tasks", "Tasks that have not ended by their state.");
        clusters = gauges(registry, "slipway.clusters", "Clusters by their last action, and how that went.");
        clusterNodes = gauges(registry, "slipway.cluster.nodes", "Nodes of a cluster by their group and state.");
        failures = Counter.builder("slipway.fleet.count.errors")
                .description("Times that the fleet could not be counted, since the database was away.")
                .register(registry);
        Gauge.builder("slipway.fleet.counted.timestamp", () -> countedAt.toEpochMilli() / 1000.0)
                .description("When the fleet was counted last.")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("slipway.fleet.count.last.duration", () -> tookSeconds)
                .description("How long it took to count the fleet.")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("slipway.tasks.queued.oldest.age", () -> oldestQueuedSeconds)
                .description("For how long the task that waits for longest has waited for a worker.")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("slipway.audit.head", () -> auditRows)
                .description("Number of the last row of the audit trail.")
                .register(registry);
    }

    private static MultiGauge gauges(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** To be called now and then; what was counted last stays where it cannot be counted. */
    public void count() {
        long begun = System.nanoTime();
        try {
            countInstances(sources.clusters().get());
            countTasks();
            auditRows = sources.auditRows().get();
            countedAt = clock.instant();
        } catch (RuntimeException failure) {
            failures.increment();
            LOG.warn("the fleet cannot be counted: {}", failure.toString());
        }
        tookSeconds = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private void countInstances(List<Cluster> allClusters) {
        Map<String, String> clusterOf =
                allClusters.stream().collect(Collectors.toMap(Cluster::deployment, Cluster::name, (one, other) -> one));
        var all = new TreeMap<String, Integer>();
        JOB_STATES.forEach(state -> all.put(state, 0));
        var ofDeployments = new HashMap<Tags, Integer>();
        var ofClusters = new HashMap<Tags, Integer>();
        for (InstanceRow row : sources.instances().get()) {
            String state = stateOf(row);
            all.merge(state, 1, Integer::sum);
            ofDeployments.merge(Tags.of("deployment", row.deployment(), "state", state), 1, Integer::sum);
            String cluster = clusterOf.get(row.deployment());
            if (cluster != null) {
                ofClusters.merge(Tags.of("cluster", cluster, "group", row.group(), "state", state), 1, Integer::sum);
            }
        }
        instances.register(
                all.entrySet().stream()
                        .map(one -> Row.of(Tags.of("state", one.getKey()), one.getValue()))
                        .collect(Collectors.toList()),
                true);
        show(deploymentInstances, ofDeployments);
        show(clusterNodes, ofClusters);
        show(clusters, counted(allClusters));
        deployments.register(
                List.of(Row.of(Tags.empty(), sources.deployments().get().size())), true);
    }

    private static Map<Tags, Integer> counted(List<Cluster> all) {
        var counted = new HashMap<Tags, Integer>();
        for (Cluster.Action action : Cluster.Action.values()) {
            for (Cluster.ActionState state : Cluster.ActionState.values()) {
                counted.put(tags(action, state), 0);
            }
        }
        all.forEach(cluster -> counted.merge(tags(cluster.lastAction(), cluster.lastActionState()), 1, Integer::sum));
        return counted;
    }

    private static Tags tags(Cluster.Action action, Cluster.ActionState state) {
        return Tags.of("action", action.name().toLowerCase(Locale.ROOT), "state", state.text());
    }

    private void countTasks() {
        var open = sources.openTasks().get();
        var counted = new HashMap<Tags, Integer>();
        OPEN.forEach(state -> counted.put(Tags.of("state", nameOf(state)), 0));
        open.forEach(task -> counted.merge(Tags.of("state", nameOf(task.state())), 1, Integer::sum));
        show(tasks, counted);
        var now = clock.instant();
        oldestQueuedSeconds = open.stream()
                .filter(task -> task.state() == State.QUEUED)
                .mapToDouble(task -> Duration.between(task.startedAt(), now).toMillis() / 1000.0)
                .max()
                .orElse(0);
    }

    private static String nameOf(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String stateOf(InstanceRow row) {
        if (row.vmCid().isEmpty()) {
            return "no vm";
        }
        if (!row.agentConnected()) {
            return "unresponsive agent";
        }
        return JOB_STATES.contains(row.jobState()) ? row.jobState() : "other";
    }

    private static void show(MultiGauge gauges, Map<Tags, Integer> counted) {
        var rows = new ArrayList<Row<?>>(counted.size());
        counted.forEach((tags, number) -> rows.add(Row.of(tags, number)));
        gauges.register(rows, true);
    }
}
