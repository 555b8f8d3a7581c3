package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmDescription;
import io.slipway.server.CrashPoints.Moment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The director dies at every step of a compilation. There are as many packages as steps, each of a release and a
 * deployment of its own, and each stops at another of its writes to the journal.
 */
class CompilationCrashTest {
    /** More than a compilation takes writes; that is checked. */
    private static final int PACKAGES = 12;

    /** Of releases, each with a package of the same name. */
    private static final List<String> NAMES =
            IntStream.range(0, PACKAGES).mapToObj(nth -> "word-" + nth).toList();

    private static final ServerSettings.Tasks ALL_AT_ONCE = new ServerSettings.Tasks(PACKAGES, 10, 2000);

    /** Of 10.70.0.0/27, without its network, gateway and broadcast. */
    private static final int ADDRESSES = 29;

    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void a_director_that_dies_at_any_step_of_a_compilation_goes_on_and_leaves_no_vm_and_no_address(
            Moment moment, @TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, ALL_AT_ONCE)) {
            narrow(director.api());
            upload(director.api());

            new DeathAtEachWrite(director, moment, "compilation", NAMES, 6)
                    .of(name -> director.api().deploy(TinyRelease.manifest("d-" + name, name, 1)));

            var vms = new ArrayList<String>();
            for (String name : NAMES) {
                var instances = director.api().get("/deployments/d-" + name + "/instances");
                assertThat(instances).as(name).hasSize(1);
                vms.add(instances.get(0).path("cid").asText());
            }
            assertThat(director.infrastructure().listVms())
                    .extracting(VmDescription::cid)
                    .containsExactlyInAnyOrderElementsOf(vms);
            takeAllAddressesLeft(director.api());
        }
    }

    /** To few enough addresses that one which is not given back is missed. */
    private static void narrow(Api api) throws Exception {
        api.configure("cloud", TinyRelease.CLOUD_CONFIG.replace("10.70.0.0/16", "10.70.0.0/27"));
    }

    private static void takeAllAddressesLeft(Api api) throws Exception {
        var ended = api.ended(api.deploy(TinyRelease.manifest("rest", NAMES.getFirst(), ADDRESSES - PACKAGES)));
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
    }

    private static void upload(Api api) throws Exception {
        var uploads = new ArrayList<Long>();
        for (String name : NAMES) {
            uploads.add(api.upload("/releases", TinyRelease.release(name, name)));
        }
        for (long upload : uploads) {
            assertThat(api.ended(upload).path("state").asText()).isEqualTo("done");
        }
    }
}
