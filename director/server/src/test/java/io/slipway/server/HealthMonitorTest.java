package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.health.HealthSettings;
import io.slipway.health.resurrection.ResurrectionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** VMs die in a deployment of many, one by one and all at once, and their director does. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HealthMonitorTest {
    private static final int INSTANCES = Integer.getInteger("instances", 200);
    /** Fewer than make a meltdown of them. */
    private static final int DEATHS = 10;

    @TempDir
    static Path folder;

    private static SimulatedDirector director;

    @BeforeAll
    static void deploy() throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
        director.api().done(director.api().deploy(manifest(INSTANCES)));
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    @Test
    @Order(1)
    void a_vm_that_is_killed_is_noticed_at_once_and_made_anew() throws Exception {
        var ids = List.copyOf(vms().keySet());
        var noticed = new ArrayList<Duration>();
        var repaired = new ArrayList<Duration>();
        for (String id : ids.subList(0, DEATHS)) {
            String dead = vmOf(id);
            int before = alerts("vm_gone").size();
            long killed = System.nanoTime();
            director.infrastructure().loseVm(dead);
            await(Duration.ofSeconds(30), () -> alerts("vm_gone").size() > before);
            noticed.add(Duration.ofNanos(System.nanoTime() - killed));
            await(Duration.ofSeconds(60), () -> !vmOf(id).equals(dead) && isRunning(vmOf(id)));
            repaired.add(Duration.ofNanos(System.nanoTime() - killed));
            // Its task runs post-deploy on all VMs, and waits a minute for one that dies meanwhile.
            await(Duration.ofSeconds(90), HealthMonitorTest::isAtRest);
        }
        System.out.println("noticed: " + spread(noticed) + "; made anew: " + spread(repaired));

        assertThat(vms()).hasSize(INSTANCES);
        assertThat(noticed.stream().sorted().toList().get(DEATHS / 2)).isLessThan(Duration.ofSeconds(1));
        assertThat(Collections.max(noticed)).isLessThan(Duration.ofSeconds(2));
        await(Duration.ofSeconds(30), () -> events("resolve", "alert").size() == DEATHS);
    }

    @Test
    @Order(2)
    void an_agent_that_is_started_again_is_let_be() throws Exception {
        var before = vms();
        int repairs = repairs();
        var cid = before.values().iterator().next();

        director.infrastructure().agent(cid).orElseThrow().crash(Duration.ofMillis(500));

        await(
                Duration.ofSeconds(30),
                () -> director.infrastructure().agent(cid).orElseThrow().isConnected());
        stays(Duration.ofSeconds(15), () -> vms().equals(before) && repairs() == repairs);
    }

    @Test
    @Order(2)
    void a_vm_whose_network_is_cut_for_five_seconds_is_let_be() throws Exception {
        var before = vms();
        int repairs = repairs();
        var cid = before.values().iterator().next();

        var cut = director.faults().agents(vm -> vm.cid().equals(cid)).inject(new AgentFault.Unreachable());
        stays(Duration.ofSeconds(5), () -> repairs() == repairs);
        cut.lift();

        await(Duration.ofSeconds(30), () -> isRunning(cid));
        stays(Duration.ofSeconds(10), () -> repairs() == repairs);
        assertThat(vms()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void a_director_that_starts_anew_takes_nobody_for_dead() throws Exception {
        var before = vms();
        int repairs = repairs();

        director.die();
        director.start();

        long started = System.nanoTime();
        await(Duration.ofSeconds(60), () -> before.values().stream()
                .allMatch(cid ->
                        director.infrastructure().agent(cid).orElseThrow().isConnected()));
        System.out.printf(
                "%d agents are back %d ms after their director%n",
                before.size(), (System.nanoTime() - started) / 1_000_000);
        // For longer than it takes to find an agent lost.
        stays(Duration.ofSeconds(25), () -> repairs() == repairs);
        assertThat(vms()).isEqualTo(before);
        assertThat(alerts("meltdown")).isEmpty();
        assertThat(alerts("agent_timed_out")).isEmpty();
    }

    @Test
    @Order(4)
    void half_of_all_gone_at_once_is_one_alert_and_nothing_is_made_anew_until_somebody_says_so() throws Exception {
        var before = vms();
        int repairs = repairs();
        int single = alerts("vm_gone").size();
        var dead = List.copyOf(before.values()).subList(0, INSTANCES / 2);

        dead.parallelStream().forEach(cid -> director.infrastructure().loseVm(cid));

        await(Duration.ofSeconds(30), () -> alerts("meltdown").size() == 1);
        stays(Duration.ofSeconds(20), () -> repairs() == repairs);
        assertThat(alerts("meltdown")).hasSize(1);
        assertThat(alerts("vm_gone")).hasSize(single);
        assertThat(vms()).isEqualTo(before);

        director.api().done(director.api().taskOf("/deployments/many/scans", "{}"));
        var resolutions = new HashMap<String, String>();
        director.api()
                .get("/deployments/many/problems")
                .forEach(problem -> resolutions.put(problem.path("id").asText(), "recreate_vm"));
        assertThat(resolutions).hasSize(INSTANCES / 2);
        director.api()
                .done(director.api()
                        .taskOfPut(
                                "/deployments/many/problems",
                                new ObjectMapper().writeValueAsString(Map.of("resolutions", resolutions))));

        assertThat(vms().values()).doesNotContainAnyElementsOf(dead);
        await(Duration.ofSeconds(60), () -> ended("meltdown") == 1);
    }

    /** Heartbeats come every 30 s, and a frozen guest's network answers still. */
    @Test
    @Order(5)
    void a_vm_that_is_frozen_or_cut_off_for_good_is_told_of_and_made_anew_and_the_one_before_is_no_more()
            throws Exception {
        var usual = ResurrectionSettings.DEFAULT;
        var sooner = new ResurrectionSettings(
                usual.interval(),
                usual.lostGrace(),
                Duration.ofSeconds(15),
                usual.minimumDownJobs(),
                usual.percentThreshold(),
                usual.timeThreshold());
        var health = new HealthSettings(
                sooner, Duration.ofSeconds(35), Duration.ofSeconds(120), HealthSettings.DEFAULT.plugins());
        director.end();
        director.goBy(ChangedSettings.with(director.settings(), "health", health));
        director.start();
        await(Duration.ofSeconds(60), () -> vms().values().stream().allMatch(HealthMonitorTest::isRunning));
        var ids = List.copyOf(vms().keySet());
        String frozen = vmOf(ids.get(0));
        String cutOff = vmOf(ids.get(1));
        int told = alerts("agent_timed_out").size();

        long begun = System.nanoTime();
        director.faults().agents(vm -> vm.cid().equals(frozen)).inject(new AgentFault.Silent());
        director.faults().agents(vm -> vm.cid().equals(cutOff)).inject(new AgentFault.Unreachable());

        await(Duration.ofSeconds(60), () -> !vmOf(ids.get(1)).equals(cutOff));
        System.out.printf("cut off: made anew after %d ms%n", (System.nanoTime() - begun) / 1_000_000);
        await(Duration.ofSeconds(120), () -> !vmOf(ids.get(0)).equals(frozen));
        System.out.printf("frozen: made anew after %d ms%n", (System.nanoTime() - begun) / 1_000_000);
        assertThat(alerts("agent_timed_out")).hasSize(told + 2);
        assertThat(director.infrastructure().hasVm(frozen)).isFalse();
        assertThat(director.infrastructure().hasVm(cutOff)).isFalse();
        director.faults().lift();
        await(Duration.ofSeconds(60), () -> vms().values().stream().allMatch(HealthMonitorTest::isRunning));
        assertThat(vms()).hasSize(INSTANCES);
    }

    private static long ended(String rule) {
        return events("resolve", "alert").stream()
                .filter(event -> event.path("context").path("rule").asText().equals(rule))
                .count();
    }

    private static boolean isAtRest() {
        try {
            return director.api()
                    .get("/tasks?verbose=2&state=queued,processing")
                    .isEmpty();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static int repairs() {
        return events("resurrect", "vm").size();
    }

    private static List<JsonNode> alerts(String rule) {
        return events("create", "alert").stream()
                .filter(event -> event.path("context").path("rule").asText().equals(rule))
                .toList();
    }

    private static List<JsonNode> events(String action, String type) {
        try {
            return StreamSupport.stream(
                            director.api()
                                    .get("/events?action=" + action + "&object_type=" + type)
                                    .spliterator(),
                            false)
                    .toList();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static boolean isRunning(String cid) {
        return director.infrastructure()
                .agent(cid)
                .filter(agent -> agent.isConnected() && agent.jobState().equals("running"))
                .isPresent();
    }

    private static String vmOf(String id) {
        return Objects.requireNonNull(vms().get(id), id);
    }

    private static Map<String, String> vms() {
        var vms = new HashMap<String, String>();
        rows().forEach(row -> vms.put(row.path("id").asText(), row.path("cid").asText()));
        return vms;
    }

    private static List<JsonNode> rows() {
        try {
            return StreamSupport.stream(
                            director.api().get("/deployments/many/instances").spliterator(), false)
                    .toList();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String spread(List<Duration> all) {
        var sorted = all.stream().sorted().toList();
        return "median " + sorted.get(sorted.size() / 2).toMillis() + " ms, worst "
                + sorted.getLast().toMillis() + " ms";
    }

    private static void await(Duration longest, BooleanSupplier condition) {
        long end = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("what is awaited comes in time").isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void stays(Duration period, BooleanSupplier condition) {
        long end = System.nanoTime() + period.toNanos();
        while (System.nanoTime() < end) {
            assertThat(condition.getAsBoolean()).isTrue();
            LockSupport.parkNanos(200_000_000);
        }
    }

    private static String manifest(int instances) {
        return TinyRelease.manifest("many", instances, "one", "small")
                .replace("max_in_flight: 10", "max_in_flight: 50")
                .replace("      persistent_disk_type: small\n", "");
    }
}
