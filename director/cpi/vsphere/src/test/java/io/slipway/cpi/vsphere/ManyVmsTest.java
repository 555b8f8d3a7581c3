package io.slipway.cpi.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many VMs at once: how much is asked of vCenter, and that it is never more at a time than was agreed. */
class ManyVmsTest {
    private static final Logger log = LoggerFactory.getLogger(ManyVmsTest.class);
    private static final int LIMIT = 8;
    /** What one VM costs: looking for it, address, clone, its state, attributes of two values, power, its state. */
    private static final int CALLS_OF_A_VM = 16;

    @Test
    void asks_little_of_vcenter_and_never_more_at_a_time_than_agreed(@TempDir Path directory) throws Exception {
        makes(24, 50, directory);
    }

    @Tag("soak")
    @Test
    void makes_two_hundred_vms_at_once(@TempDir Path directory) throws Exception {
        makes(200, 200, directory);
    }

    private static void makes(int vms, int taskMilliseconds, Path directory) throws Exception {
        try (var vcenter = SimulatedVcenter.start("-task-delay", "" + taskMilliseconds, "-delay", "2");
                var scene = new Scene(vcenter, directory, Map.of("calls_in_flight", LIMIT))) {
            scene.newVm();
            vcenter.forgetCalls();
            long start = System.nanoTime();

            var cids = new HashSet<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> made = new ArrayList<>();
                for (int i = 0; i < vms; i++) {
                    var request = scene.request(Map.of("ram", 32));
                    made.add(threads.submit(() -> scene.cpi().createVm(request).cid()));
                }
                for (var one : made) {
                    cids.add(one.get());
                }
            }

            var took = Duration.ofNanos(System.nanoTime() - start);
            var calls = new TreeMap<>(vcenter.calls());
            int waits = calls.remove("WaitForUpdatesEx");
            int sum = calls.values().stream().mapToInt(Integer::intValue).sum();
            log.info(
                    "{} VMs in {} ms: {} calls, {} a VM, {} a second, {} waits; most in flight {}; {} tasks of {} ms each"
                            + " through {} places take {} ms at least; {}",
                    vms,
                    took.toMillis(),
                    sum,
                    sum / vms,
                    sum * 1000L / Math.max(1, took.toMillis()),
                    waits,
                    vcenter.mostInFlight(),
                    tasks(calls),
                    taskMilliseconds,
                    LIMIT,
                    (long) tasks(calls) * taskMilliseconds / LIMIT,
                    calls);
            assertThat(cids).hasSize(vms);
            assertThat(vcenter.machines()).hasSize(vms + 1);
            assertThat(vcenter.mostInFlight()).isLessThanOrEqualTo(LIMIT);
            assertThat(sum / vms).isLessThanOrEqualTo(CALLS_OF_A_VM);
            assertThat(calls).containsEntry("CloneVM_Task", vms).doesNotContainKey("Login");
        }
    }

    private static int tasks(Map<String, Integer> calls) {
        return calls.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("_Task"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    @Tag("soak")
    @Test
    void calls_nothing_while_there_is_nothing_to_do(@TempDir Path directory) {
        try (var vcenter = SimulatedVcenter.start();
                var scene = new Scene(vcenter, directory, Map.of())) {
            scene.newVm();
            vcenter.forgetCalls();
            long start = System.nanoTime();

            // Each wait is answered after fifty seconds, if nothing happens.
            while (vcenter.calls().getOrDefault("WaitForUpdatesEx", 0) < 2) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(4));
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofSeconds(1).toNanos());
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(45));
            assertThat(vcenter.calls().keySet()).containsExactly("WaitForUpdatesEx");
        }
    }
}
