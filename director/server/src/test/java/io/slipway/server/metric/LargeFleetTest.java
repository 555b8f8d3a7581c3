package io.slipway.server.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks.State;
import io.slipway.kubernetes.Cluster;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is scraped from a director that looks after much, and has done all that there is to do. */
class LargeFleetTest {
    private static final int INSTANCES = 10_000;
    private static final int DEPLOYMENTS = 1_000;
    private static final int CLUSTERS = 300;
    private static final int MOST_BYTES = 2_000_000;
    private static final Duration LONGEST = Duration.ofMillis(300);

    @Test
    void a_scrape_of_ten_thousand_instances_is_quick_and_small() {
        try (var metrics = new Metrics("1", "simulated")) {
            var fleet = fleet(metrics);
            fleet.count();
            everythingElse(metrics);
            // What else the machine has to do is not what is measured: the quickest counts.
            String text = metrics.text();
            var took = Duration.ofDays(1);
            for (int scrape = 0; scrape < 10; scrape++) {
                long begun = System.nanoTime();
                text = metrics.text();
                var once = Duration.ofNanos(System.nanoTime() - begun);
                took = once.compareTo(took) < 0 ? once : took;
            }

            System.out.printf(
                    "%d instances in %d deployments: %d KB in %d ms%n",
                    INSTANCES, DEPLOYMENTS, text.length() / 1000, took.toMillis());
            assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
            assertThat(took).isLessThan(LONGEST);
            assertThat(text)
                    .contains("slipway_instances{state=\"running\"} 8000.0")
                    .contains("slipway_instances{state=\"failing\"} 1000.0")
                    .contains("slipway_instances{state=\"other\"} 1000.0")
                    .contains("slipway_deployment_instances{deployment=\"service-instance_7\",state=\"running\"}")
                    .contains("slipway_cluster_nodes{cluster=\"c7\",group=\"worker\",state=\"running\"}");
        }
    }

    @Test
    void what_is_gone_is_told_no_more() {
        try (var metrics = new Metrics("1", "simulated")) {
            var instances = new java.util.ArrayList<>(List.of(instance(1, "running"), instance(2, "running")));
            var fleet = new FleetMetrics(
                    new FleetMetrics.Sources(List::of, () -> instances, List::of, List::of, () -> 1L),
                    metrics.registry(),
                    Clock.systemUTC());
            fleet.count();
            assertThat(metrics.text()).contains("slipway_deployment_instances{deployment=\"service-instance_2\"");

            instances.removeLast();
            fleet.count();

            assertThat(metrics.text())
                    .contains("slipway_deployment_instances{deployment=\"service-instance_1\"")
                    .doesNotContain("service-instance_2");
        }
    }

    @Test
    void a_database_that_is_away_is_told_and_what_was_counted_stays() {
        try (var metrics = new Metrics("1", "simulated")) {
            var isAway = new java.util.concurrent.atomic.AtomicBoolean();
            var fleet = new FleetMetrics(
                    new FleetMetrics.Sources(
                            List::of,
                            () -> {
                                if (isAway.get()) {
                                    throw new IllegalStateException("away");
                                }
                                return List.of(instance(1, "running"));
                            },
                            List::of,
                            List::of,
                            () -> 1L),
                    metrics.registry(),
                    Clock.systemUTC());
            fleet.count();
            isAway.set(true);
            fleet.count();

            assertThat(metrics.text())
                    .contains("slipway_fleet_count_errors_total 1.0")
                    .contains("slipway_instances{state=\"running\"} 1.0");
        }
    }

    private static FleetMetrics fleet(Metrics metrics) {
        List<String> states = List.of(
                "running", "running", "running", "running", "running", "running", "running", "running", "failing",
                "odd");
        var rows = IntStream.range(0, INSTANCES)
                .mapToObj(i -> instance(i % DEPLOYMENTS, states.get(i / DEPLOYMENTS)))
                .toList();
        var clusters =
                IntStream.range(0, CLUSTERS).mapToObj(LargeFleetTest::cluster).toList();
        return new FleetMetrics(
                new FleetMetrics.Sources(
                        () -> IntStream.range(0, DEPLOYMENTS)
                                .mapToObj(i -> "d" + i)
                                .toList(),
                        () -> rows,
                        List::of,
                        () -> clusters,
                        () -> 1L),
                metrics.registry(),
                Clock.systemUTC());
    }

    /** All kinds of tasks, calls of three CPIs, and each of a hundred endpoints. */
    private static void everythingElse(Metrics metrics) {
        var engine = new EngineMeters(metrics.registry());
        for (TaskKind kind : TaskKind.values()) {
            for (State state : List.of(State.DONE, State.ERROR, State.CANCELLED)) {
                engine.taskEnded(kind, state, Duration.ofSeconds(3));
            }
        }
        for (String entity : List.of("Task", "Deployment", "Instance", "AddressBlock", "CompiledPackage", "Cluster")) {
            engine.journaled(entity, 2, Duration.ofMillis(2), true);
            engine.recovered(entity, 2, Duration.ofMillis(2));
        }
        var requests = new RequestMeters(metrics.registry());
        for (int endpoint = 0; endpoint < 100; endpoint++) {
            for (int status : new int[] {200, 302, 404, 500}) {
                requests.answered("GET", "/of/endpoints/{id}/" + endpoint, status, Duration.ofMillis(3));
            }
        }
    }

    private static InstanceRow instance(int deployment, String jobState) {
        return new InstanceRow(
                "id",
                "service-instance_" + deployment,
                "worker",
                0,
                "z1",
                "started",
                jobState,
                "vm",
                "agent",
                true,
                List.of(),
                List.of(),
                "small",
                "s/1",
                false,
                false,
                Map.of(),
                List.of(),
                "",
                "",
                "",
                List.of());
    }

    private static Cluster cluster(int number) {
        return new Cluster(
                Integer.toString(number),
                "c" + number,
                "small",
                Cluster.Action.CREATE,
                Cluster.ActionState.SUCCEEDED,
                "",
                "h",
                8443,
                "",
                3,
                List.of(),
                "1.37",
                1);
    }
}
