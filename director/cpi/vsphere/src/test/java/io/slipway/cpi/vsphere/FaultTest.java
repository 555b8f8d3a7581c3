package io.slipway.cpi.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault that a vCenter can answer with, at every call that every method of the CPI makes: the method ends well, or
 * with a message that names what it was about, and when it is done again it is as if nothing had happened.
 */
class FaultTest {
    private static final List<String> FAULTS = List.of(
            "Generic",
            "NotAuthenticated",
            "NoPermission",
            "InvalidArgument",
            "MethodNotFound",
            "ManagedObjectNotFound",
            "InvalidState",
            "ResourceInUse",
            "InsufficientResourcesFault",
            "NetworkFailure",
            "Timeout",
            "TaskInProgress",
            "HostNotConnected");
    private static final List<String> TASK_FAULTS =
            List.of("NoDiskSpace", "HostNotConnected", "FileLocked", "TaskInProgress", "SystemError");
    private static SimulatedVcenter vcenter;
    private static Scene scene;

    @BeforeAll
    static void startVcenter(@TempDir Path directory) {
        vcenter = SimulatedVcenter.start();
        scene = new Scene(vcenter, directory, Map.of("patience_seconds", 2));
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

    /** Each fault at some call of each method of the CPI, and at least two of them at each call. */
    @TestFactory
    Stream<DynamicTest> ends_well_or_says_why_at_faults_of_each_call() {
        var next = new AtomicInteger();
        return trials((faults, method) -> List.of(
                faults.get(next.getAndIncrement() % faults.size()),
                faults.get(next.getAndIncrement() % faults.size())));
    }

    @Tag("soak")
    @TestFactory
    Stream<DynamicTest> ends_well_or_says_why_at_each_fault_of_each_call() {
        return trials((faults, method) -> faults);
    }

    private static Stream<DynamicTest> trials(BiFunction<List<String>, String, List<String>> choice) {
        return Trial.all().stream()
                .map(trial -> DynamicTest.dynamicTest(trial.name(), () -> {
                    for (String method : methodsOf(trial)) {
                        for (String fault : choice.apply(FAULTS, method)) {
                            survives(trial, method + " answers " + fault, () -> vcenter.fault(method, fault, 0, 1));
                        }
                        for (String fault :
                                method.endsWith("_Task") ? choice.apply(TASK_FAULTS, method) : List.<String>of()) {
                            survives(
                                    trial,
                                    "the task of " + method + " fails with " + fault,
                                    () -> vcenter.taskFault(method, fault, 0, 1));
                        }
                        scene.sweep();
                    }
                }));
    }

    /** What the CPI calls to carry it out, besides waiting. */
    private static List<String> methodsOf(Trial trial) {
        var round = trial.prepare().apply(scene);
        vcenter.forgetCalls();
        round.act().accept(scene.cpi());
        var methods = new TreeSet<>(vcenter.calls().keySet());
        methods.remove("WaitForUpdatesEx");
        methods.removeIf(method -> method.contains(" "));
        round.check().run();
        assertThat(methods).as(trial.name()).isNotEmpty();
        return new ArrayList<>(methods);
    }

    private static void survives(Trial trial, String what, Runnable harm) {
        var round = trial.prepare().apply(scene);
        harm.run();
        try {
            round.act().accept(scene.cpi());
        } catch (CpiException failed) {
            assertThat(failed.failure().message())
                    .as(what)
                    .contains(round.subject())
                    .doesNotContain(vcenter.password());
        } finally {
            vcenter.clearRules();
        }
        round.act().accept(scene.cpi());
        round.check().run();
    }
}
