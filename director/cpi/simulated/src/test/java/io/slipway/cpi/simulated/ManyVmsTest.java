package io.slipway.cpi.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.kit.FakeDirector;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.simulated.fault.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints how long it takes, and asserts nothing about it; {@code -Dsimulated.vms=5000} for other numbers. */
class ManyVmsTest {
    private static final int COUNT = Integer.getInteger("simulated.vms", 300);

    @Test
    void connects_many_agents_on_few_threads_and_finds_them_all_again(@TempDir Path directory) throws Exception {
        var authority = new TestAuthority();
        var image = Files.writeString(directory.resolve("image"), "image");
        var data = Files.createDirectory(directory.resolve("data"));
        try (var director = new FakeDirector(authority)) {
            var cpi = SimulatedCpi.open(data, SimulatedSettings.DEFAULT, new Faults());
            var requests = new ArrayList<VmRequest>();
            String stemcell = cpi.createStemcell(image, Map.of());
            for (int i = 0; i < COUNT; i++) {
                requests.add(SimulatedVm.request(
                        stemcell, SimulatedVm.settings(director, authority, "i-web-" + i, Duration.ofHours(1)), i));
            }
            long began = System.nanoTime();
            requests.forEach(cpi::createVm);
            long created = System.nanoTime();
            director.awaitAgents(COUNT);
            long connected = System.nanoTime();
            cpi.close();
            try (var reopened = SimulatedCpi.open(data, SimulatedSettings.DEFAULT, new Faults())) {
                long found = System.nanoTime();

                assertThat(reopened.listVms()).hasSize(COUNT).allMatch(VmDescription::isRunning);
                assertThat(Thread.getAllStackTraces()).hasSizeLessThan(100);
                System.out.printf(
                        "%d VMs: created in %d ms, all agents connected after %d ms, closed and opened again in %d ms%n",
                        COUNT, millis(created - began), millis(connected - began), millis(found - connected));
            }
        }
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
