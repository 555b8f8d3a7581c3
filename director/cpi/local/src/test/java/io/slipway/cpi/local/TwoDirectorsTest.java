package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directors on one machine, which mint the same key for what they compile of the same release. */
class TwoDirectorsTest {
    private static final String AGENT = "c-0123456789abcdef-1";

    private final int number = ThreadLocalRandom.current().nextInt(256);
    private StepScene one;
    private StepScene other;
    private LocalCpi oneCpi;
    private LocalCpi otherCpi;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        LocalFixture.skipWhereImpossible(directory);
        one = scene(Files.createDirectories(directory.resolve("one")), "10.246." + number + ".");
        other = scene(Files.createDirectories(directory.resolve("other")), "10.247." + number + ".");
        oneCpi = one.open(Steps.SILENT);
        otherCpi = other.open(Steps.SILENT);
        one.createStemcell(oneCpi);
        other.createStemcell(otherCpi);
    }

    private static StepScene scene(Path directory, String subnet) throws Exception {
        TinyStemcell.in(directory);
        Files.createDirectories(directory.resolve("cpi"));
        return new StepScene(directory, UUID.randomUUID().toString(), subnet);
    }

    @AfterEach
    void purge() {
        if (oneCpi != null) {
            oneCpi.purge();
        }
        if (otherCpi != null) {
            otherCpi.purge();
        }
    }

    @Test
    void have_vms_of_their_own_for_the_same_key() throws Exception {
        String ofOne = createVm(one, oneCpi);
        String ofOther = createVm(other, otherCpi);

        assertThat(one.traces().networkProblems(ofOne)).isEmpty();
        assertThat(other.traces().networkProblems(ofOther)).isEmpty();
        for (var vm : Map.of(ofOne, one, ofOther, other).entrySet()) {
            String address = vm.getValue().subnet() + 10;
            try (var server = Namespace.of(vm.getKey()).listen("serve", address, "7000")) {
                assertThat(Namespace.MACHINE.probe("dial", address, "7000", "1500"))
                        .as("the rules of the other director's are not for it")
                        .isEqualTo("connected");
            }
        }

        otherCpi.deleteVm(ofOther);
        assertThat(oneCpi.hasVm(ofOne)).isTrue();
        assertThat(one.traces().networkProblems(ofOne)).isEmpty();
    }

    @Test
    void find_and_finish_a_vm_by_the_name_that_an_earlier_release_gave_it() throws Exception {
        String former = Names.formerVmCid(AGENT);
        var begun = new VmRecord(
                former, AGENT, one.stemcellCid(), 0, 0, List.of(network(one)), Map.of(), VmRecord.Phase.CREATING, null);
        Path directory = Files.createDirectories(one.data().resolve("vms").resolve(former));
        Records.write(directory.resolve("vm.json"), begun);

        assertThat(createVm(one, oneCpi)).isEqualTo(former);
        assertThat(oneCpi.findVm(AGENT))
                .hasValueSatisfying(vm -> assertThat(vm.cid()).isEqualTo(former));
        assertThat(oneCpi.listVms()).hasSize(1);
    }

    private static VmNetwork network(StepScene scene) {
        return new VmNetwork(
                "default",
                "manual",
                scene.subnet() + 10,
                24,
                scene.subnet() + 1,
                List.of(),
                List.of("dns", "gateway"),
                Map.of());
    }

    private static String createVm(StepScene scene, LocalCpi cpi) {
        var settings = new AgentSettings(AGENT, List.of("127.0.0.1:1"), "director", "", "", "", "");
        return cpi.createVm(new VmRequest(
                        AGENT, scene.stemcellCid(), Map.of(), List.of(network(scene)), List.of(), settings, Map.of()))
                .cid();
    }
}
