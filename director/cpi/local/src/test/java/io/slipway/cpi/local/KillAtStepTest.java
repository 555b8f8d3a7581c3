package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every operation is cut short before every step that it reaches, by an exception and by the death of the process. A CPI
 * that is opened afterwards must finish it when it is asked again, and must be able to remove all that is there.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillAtStepTest {
    private static final AtomicInteger SUBNETS = new AtomicInteger();

    @TempDir
    private static Path stemcellDirectory;

    private static Path image;

    @BeforeAll
    static void buildStemcell() throws IOException {
        LocalFixture.skipWhereImpossible(stemcellDirectory);
        image = TinyStemcell.in(stemcellDirectory);
    }

    /** Cuts an operation short at the n-th step, from 0 on. */
    @FunctionalInterface
    private interface Cut {
        void at(StepScene scene, StepOperation operation, int step) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> goes_on_after_an_exception_before_any_step(@TempDir Path directory) throws IOException {
        return atEveryStep(directory, KillAtStepTest::throwAt);
    }

    @TestFactory
    Stream<DynamicTest> goes_on_after_the_death_of_the_process_before_any_step(@TempDir Path directory)
            throws IOException {
        return atEveryStep(directory, KillAtStepTest::killAt);
    }

    private static Stream<DynamicTest> atEveryStep(Path directory, Cut cut) throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (StepOperation operation : StepOperation.values()) {
            var steps = stepsOf(newScene(directory), operation);
            assertThat(steps).as("steps of " + operation).isNotEmpty();
            for (int i = 0; i < steps.size(); i++) {
                int step = i;
                tests.add(DynamicTest.dynamicTest(
                        operation + " cut short before: " + steps.get(i),
                        () -> goesOn(newScene(directory), operation, step, cut)));
            }
        }
        return tests.stream();
    }

    private static StepScene newScene(Path directory) throws IOException {
        String uuid = UUID.randomUUID().toString();
        Path own = Files.createDirectories(directory.resolve(uuid));
        Files.createDirectories(own.resolve("cpi"));
        Files.createLink(own.resolve("tiny-stemcell.tgz"), image);
        return new StepScene(own, uuid, "10.252." + SUBNETS.getAndIncrement() % 256 + ".");
    }

    /** What the operation reaches when nothing happens to it. */
    private static List<String> stepsOf(StepScene scene, StepOperation operation) {
        var reached = new ArrayList<String>();
        var cpi = scene.open(Steps.SILENT);
        try {
            operation.setTheScene(scene, cpi);
            operation.run(scene, scene.open(reached::add));
            return reached;
        } finally {
            cpi.purge();
        }
    }

    private static void goesOn(StepScene scene, StepOperation operation, int step, Cut cut) throws Exception {
        try {
            operation.setTheScene(scene, scene.open(Steps.SILENT));
            cut.at(scene, operation, step);

            var cpi = scene.open(Steps.SILENT);
            assertThat(cpi.listVms()).hasSizeLessThanOrEqualTo(1);
            operation.recover(scene, cpi);

            operation.check(scene, cpi);
            deletesAll(scene, cpi);
        } finally {
            scene.open(Steps.SILENT).purge();
        }
        assertThat(scene.traces().all(List.of(scene.agentId()))).isEmpty();
    }

    /** As a director does that lets an instance go. */
    private static void deletesAll(StepScene scene, LocalCpi cpi) {
        cpi.detachDisk(scene.vmCid(), scene.diskCid());
        cpi.deleteVm(scene.vmCid());
        cpi.deleteSnapshot(scene.snapshotCid());
        cpi.deleteDisk(scene.diskCid());
        cpi.deleteStemcell(scene.stemcellCid());

        assertThat(scene.traces().ofVmsAndDisks(List.of(scene.agentId()))).isEmpty();
        assertThat(Records.names(scene.data().resolve("stemcells"))).isEmpty();
    }

    private static void throwAt(StepScene scene, StepOperation operation, int step) {
        var reached = new AtomicInteger();
        var cut = new IllegalStateException("cut short");
        var thrown = catchThrowable(() -> operation.run(scene, scene.open(name -> {
            if (reached.getAndIncrement() == step) {
                throw cut;
            }
        })));
        assertThat(thrown).isSameAs(cut);
    }

    private static void killAt(StepScene scene, StepOperation operation, int step) throws Exception {
        assertThat(DyingDirector.run(scene, operation, step)).isEqualTo(DyingDirector.KILLED);
    }
}
