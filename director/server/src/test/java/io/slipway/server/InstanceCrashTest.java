package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.VmDescription;
import io.slipway.server.CrashPoints.Moment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The director dies at every step of an instance's life. There are as many deployments as steps, each with one instance,
 * and each stops at another of its writes to the journal; when all are stopped, the director dies and comes back.
 */
class InstanceCrashTest {
    /** More than any change takes writes; that is checked. */
    private static final int DEPLOYMENTS = 36;

    private static final ServerSettings.Tasks ALL_AT_ONCE = new ServerSettings.Tasks(DEPLOYMENTS, 10, 2000);

    /** What is done to all deployments, one after another. */
    private enum Change {
        CREATE("one", "small", ""),
        UPDATE("two", "small", ""),
        CHANGE_DISK("two", "large", ""),
        RECREATE("two", "large", "?recreate=true"),
        DELETE("", "", "");

        private final String text;
        private final String disk;
        private final String query;

        Change(String text, String disk, String query) {
            this.text = text;
            this.disk = disk;
            this.query = query;
        }

        long ask(Api api, String deployment) throws Exception {
            return this == DELETE
                    ? api.delete("/deployments/" + deployment)
                    : api.deploy(TinyRelease.manifest(deployment, 1, text, disk), query);
        }
    }

    @ParameterizedTest(name = "{0} each write to the journal")
    @EnumSource(Moment.class)
    void a_director_that_dies_at_any_step_of_an_instance_leaves_no_orphan_and_nothing_twice(
            Moment moment, @TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, ALL_AT_ONCE)) {
            compilePackages(director.api());
            for (Change change : Change.values()) {
                new DeathAtEachWrite(director, moment, change.name(), deployments(), 4)
                        .of(deployment -> change.ask(director.api(), deployment));
                check(director, change);
            }
        }
    }

    /** By a deployment that goes again, and leaves its disk. */
    private static void compilePackages(Api api) throws Exception {
        api.ended(api.deploy(TinyRelease.manifest("first", 1, "one", "small")));
        api.ended(api.delete("/deployments/first"));
    }

    private static void check(SimulatedDirector director, Change change) throws Exception {
        var vms = new ArrayList<String>();
        var disks = new ArrayList<String>();
        var addresses = new ArrayList<String>();
        if (change != Change.DELETE) {
            for (String deployment : deployments()) {
                var instances = director.api().get("/deployments/" + deployment + "/instances");
                assertThat(instances).as(deployment).hasSize(1);
                vms.add(instances.get(0).path("cid").asText());
                instances.get(0).path("ips").forEach(ip -> addresses.add(ip.asText()));
                disks.addAll(disksOf(director, deployment));
            }
        }
        director.api()
                .get("/disks")
                .forEach(orphan -> disks.add(orphan.path("disk_cid").asText()));
        int expected = change == Change.DELETE ? 0 : DEPLOYMENTS;
        // Those that a changed disk took the place of, and those of deployments that are gone, stay as orphans.
        int disksMade = change.compareTo(Change.CHANGE_DISK) < 0 ? DEPLOYMENTS : 2 * DEPLOYMENTS;

        assertThat(vms).doesNotHaveDuplicates().hasSize(expected);
        assertThat(addresses).doesNotHaveDuplicates().hasSize(expected);
        assertThat(director.infrastructure().listVms().stream()
                        .map(VmDescription::cid)
                        .toList())
                .as("VMs after %s", change)
                .containsExactlyInAnyOrderElementsOf(vms);
        assertThat(disks).doesNotHaveDuplicates().hasSize(disksMade + 1);
        assertThat(director.infrastructure().diskCids())
                .as("disks after %s", change)
                .isEqualTo(new HashSet<>(disks));
    }

    private static List<String> disksOf(SimulatedDirector director, String deployment) throws Exception {
        var found = new ArrayList<String>();
        String group = "/deployments/" + deployment + "/jobs/web/0";
        JsonNode instance = director.api().get(group);
        instance.path("disks").forEach(disk -> found.add(disk.asText()));
        return found;
    }

    private static List<String> deployments() {
        return IntStream.range(0, DEPLOYMENTS).mapToObj(number -> "d-" + number).toList();
    }
}
