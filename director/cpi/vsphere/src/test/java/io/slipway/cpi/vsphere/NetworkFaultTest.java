package io.slipway.cpi.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What can befall a call on its way, at each call of methods that change something: none is done twice, and none is lost. */
class NetworkFaultTest {
    /** Every so many calls are tried in every build; all of them with -Psoak. */
    private static final int STRIDE = 4;

    private static final Set<String> CHANGING = Set.of(
            "create_stemcell",
            "create_vm",
            "delete_vm",
            "create_disk",
            "delete_disk",
            "attach_disk",
            "detach_disk that was moved",
            "snapshot_disk");
    private static final int MOST_CALLS = 80;
    private static SimulatedVcenter vcenter;
    private static Scene scene;

    @BeforeAll
    static void startVcenter(@TempDir Path directory) {
        vcenter = SimulatedVcenter.start();
        scene = new Scene(vcenter, directory, Map.of("patience_seconds", 10));
        scene.stemcell();
    }

    @AfterAll
    static void stopVcenter() {
        if (vcenter != null) {
            scene.close();
            assertThat(vcenter.everything()).as("left over").isEmpty();
            vcenter.close();
        }
    }

    @AfterEach
    void clearRules() {
        vcenter.clearRules();
    }

    private static Stream<Trial> changing() {
        return Trial.all().stream().filter(trial -> CHANGING.contains(trial.name()));
    }

    /** The request is carried out, and its answer lost: it is found out that it was, and nothing is said. */
    @TestFactory
    Stream<DynamicTest> goes_on_where_the_connection_was_cut_after_a_request_was_sent() {
        return changing().map(trial -> DynamicTest.dynamicTest(trial.name(), () -> goesOn(trial, "cut", STRIDE)));
    }

    @TestFactory
    Stream<DynamicTest> goes_on_where_the_session_was_over_before_a_request() {
        return changing().map(trial -> DynamicTest.dynamicTest(trial.name(), () -> goesOn(trial, "expire", STRIDE)));
    }

    @Tag("soak")
    @TestFactory
    Stream<DynamicTest> goes_on_whatever_befell_any_of_the_calls() {
        return changing().flatMap(trial -> Stream.of("cut", "expire", "refuse")
                .map(does -> DynamicTest.dynamicTest(trial + ", " + does, () -> goesOn(trial, does, 1))));
    }

    private static void goesOn(Trial trial, String does, int stride) {
        for (int call = Math.floorMod((trial.name() + does).hashCode(), stride); call < MOST_CALLS; call += stride) {
            var round = trial.prepare().apply(scene);
            vcenter.forgetCalls();
            vcenter.network("*", does, call, 1, 0);
            int number = call;

            assertThatCode(() -> round.act().accept(scene.cpi()))
                    .as("%s at call %d of %s", does, number, trial)
                    .doesNotThrowAnyException();

            int made = callsMade();
            vcenter.clearRules();
            round.check().run();
            scene.sweep();
            if (made <= call) {
                return;
            }
        }
    }

    /**
     * The director dies at a call: vCenter carries it out, and nothing comes after it. The director that comes next knows
     * nothing and does the same again.
     */
    @TestFactory
    Stream<DynamicTest> makes_nothing_twice_and_loses_nothing_where_the_director_died_at_a_call() {
        return changing()
                .map(trial -> DynamicTest.dynamicTest(trial.name(), () -> {
                    for (int call = 0; call < MOST_CALLS; call++) {
                        var round = trial.prepare().apply(scene);
                        vcenter.forgetCalls();
                        vcenter.network("*", "cut", call, 1, 0);
                        vcenter.network("*", "refuse", call, 0, 0);
                        boolean isDead = dies(round, scene.director());
                        vcenter.clearRules();

                        scene.reopen();
                        round.act().accept(scene.cpi());

                        round.check().run();
                        scene.sweep();
                        if (!isDead) {
                            return;
                        }
                    }
                }));
    }

    private static boolean dies(Trial.Round round, String director) {
        var impatient = new java.util.HashMap<>(vcenter.properties());
        impatient.put("patience_seconds", 0);
        try (var dying = new VsphereCpiFactory().create(director, Path.of("unused"), impatient)) {
            round.act().accept(dying);
            return false;
        } catch (CpiException died) {
            return true;
        }
    }

    private static int callsMade() {
        return vcenter.calls().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("WaitForUpdatesEx"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Two directors of one cluster that do the same at the same time. */
    @TestFactory
    Stream<DynamicTest> does_once_what_two_directors_do_at_the_same_time() {
        return Trial.all().stream()
                .filter(trial -> Set.of("create_vm", "create_disk", "delete_vm", "attach_disk")
                        .contains(trial.name()))
                .map(trial -> DynamicTest.dynamicTest(trial.name(), () -> {
                    var round = trial.prepare().apply(scene);
                    try (var other = scene.another();
                            var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
                        var both = List.of(
                                threads.submit(() -> round.act().accept(scene.cpi())),
                                threads.submit(() -> round.act().accept(other)));
                        for (var one : both) {
                            one.get();
                        }
                    }
                    round.check().run();
                    scene.sweep();
                }));
    }
}
