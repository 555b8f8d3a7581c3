package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.CpiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedNetworkTest {
    private StepScene scene;
    private LocalCpi cpi;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        LocalFixture.skipWhereImpossible(directory);
        TinyStemcell.in(directory);
        Files.createDirectories(directory.resolve("cpi"));
        scene = new StepScene(directory, UUID.randomUUID().toString(), "10.251.7.");
        cpi = scene.open(Steps.SILENT);
    }

    @AfterEach
    void purge() {
        if (cpi != null) {
            cpi.purge();
        }
    }

    @Test
    void is_kept_as_long_as_a_vm_is_on_it() {
        scene.createStemcell(cpi);
        scene.createNetwork(cpi);
        String vm = scene.createVm(cpi);

        assertThatThrownBy(() -> cpi.deleteNetwork(scene.networkCid()))
                .isInstanceOf(CpiException.class)
                .hasMessageContaining("in use by 1 VMs");
        assertThat(scene.traces().networkProblems(vm)).isEmpty();

        cpi.deleteVm(vm);
        cpi.deleteNetwork(scene.networkCid());
        scene.requireNoNetwork();
    }

    @Test
    void needs_a_range_and_a_gateway() {
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("range", "10.251.7.0/24"),
                Map.of("range", "10.251.7.0/33", "gateway", "10.251.7.1"),
                Map.of("range", "10.251.7.0", "gateway", "10.251.7.1"),
                Map.of("range", "10.251.7.0/24; reboot", "gateway", "10.251.7.1"),
                Map.of("range", "10.251.7.0/24", "gateway", "10.251.7.1\nlink delete lo"),
                Map.of("range", "10.251.7.0/24", "gateway", "10.251.7.256"))) {
            assertThatThrownBy(() -> cpi.createNetwork(bad))
                    .isInstanceOf(CpiException.class)
                    .hasMessageContaining("range (like 10.1.2.0/24)");
        }
        assertThat(scene.networkCid())
                .satisfies(cid -> assertThat(Path.of("/sys/class/net", cid)).doesNotExist());
    }
}
