package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmDescription;
import io.slipway.server.CrashPoints.Moment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
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

    private static final String UNHURT = name(0);
    private static final ServerSettings.Tasks ALL_AT_ONCE = new ServerSettings.Tasks(PACKAGES, 10, 2000);

    /** Of 10.70.0.0/27, without its network, gateway and broadcast. */
    private static final int ADDRESSES = 29;

    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void a_director_that_dies_at_any_step_of_a_compilation_goes_on_and_leaves_no_vm_and_no_address(
            Moment moment, @TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, ALL_AT_ONCE)) {
            narrow(director.api());
            var tasks = dieInTheMidst(director, moment);

            director.start();

            for (var task : tasks.entrySet()) {
                var ended = director.api().ended(task.getValue());
                assertThat(ended.path("state").asText())
                        .as("%s, which died %s its write: %s", task.getKey(), moment, ended)
                        .isEqualTo("done");
            }
            var vms = new ArrayList<String>();
            for (String name : tasks.keySet()) {
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
        String content =
                TinyRelease.CLOUD_CONFIG.replace("10.70.0.0/16", "10.70.0.0/27").replace("\n", "\\n");
        api.post("/configs", "{\"type\":\"cloud\",\"name\":\"default\",\"content\":\"" + content + "\"}", 201);
    }

    private static void takeAllAddressesLeft(Api api) throws Exception {
        var ended = api.ended(api.deploy(TinyRelease.manifest("rest", UNHURT, ADDRESSES - PACKAGES)));
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
    }

    /** Returns the tasks that are to go on. */
    private static Map<String, Long> dieInTheMidst(SimulatedDirector director, Moment moment) throws Exception {
        var points = director.crashPoints();
        var tasks = new LinkedHashMap<String, Long>();
        var uploads = new ArrayList<Long>();
        for (int nth = 0; nth < PACKAGES; nth++) {
            uploads.add(director.api().upload("/releases", TinyRelease.release(name(nth), name(nth))));
        }
        for (int nth = 0; nth < PACKAGES; nth++) {
            String name = name(nth);
            assertThat(director.api().ended(uploads.get(nth)).path("state").asText())
                    .isEqualTo("done");
            if (nth == 0) {
                points.count(name);
            } else {
                points.stop(name, nth, moment);
            }
            tasks.put(name, director.api().deploy(TinyRelease.manifest("d-" + name, name, 1)));
        }
        director.awaitStops(tasks);
        int steps = points.written(UNHURT);
        assertThat(steps).as("writes of a compilation").isBetween(6, PACKAGES - 1);
        for (int nth = 1; nth <= steps; nth++) {
            assertThat(points.isStopped(name(nth)))
                    .as("stopped %s write %d of %d", moment, nth, steps)
                    .isTrue();
        }
        System.out.printf("compilation: died %s each of %d writes%n", moment, steps);
        director.die();
        return tasks;
    }

    /** Of a release and its package. */
    private static String name(int nth) {
        return "word-" + nth;
    }
}
