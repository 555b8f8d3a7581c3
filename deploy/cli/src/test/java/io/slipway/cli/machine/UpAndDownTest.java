package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of 'up' and 'down' with real processes: builders, and a director that only answers. */
class UpAndDownTest {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private @Nullable FakeInstallation installation;
    private DataFolder data = new DataFolder(Path.of(""));

    @BeforeEach
    void layOutAnInstallation() throws Exception {
        installation = new FakeInstallation(folder, cache);
        data = installation.data();
    }

    @AfterEach
    void stopWhatIsLeft() {
        process().find().ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void brings_up_changes_nothing_the_second_time_and_takes_down() throws Exception {
        var first = new CliRun(folder);
        assertThat(up(first)).as(first.err()).isZero();

        assertThat(first.err())
                .contains(
                        "Built the kubernetes release 1.37.2",
                        "Built the stemcell 1",
                        "Started the director",
                        "Uploaded stemcell debian/1",
                        "Uploaded release kubernetes/1.37.2",
                        "Uploaded the cloud config",
                        "Created cluster first");
        assertThat(first.out()).contains("kubectl get nodes", "export KUBECONFIG=" + folder.resolve(".kube/config"));
        assertThat(Files.readString(folder.resolve(".kube/config"))).contains("\"first-admin\"");
        assertThat(process().find()).isPresent();
        for (Path secret : List.of(data.settings(), folder.resolve(".config/slipway/config.yml"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }

        var second = new CliRun(folder);
        assertThat(up(second)).as(second.err()).isZero();
        assertThat(second.out()).startsWith("Everything was up already: nothing was changed.");
        assertThat(second.err()).isEmpty();

        var down = new CliRun(folder);
        assertThat(down(down)).as(down.err()).isZero();
        assertThat(down.out()).contains("The director is down and its VMs are off.");
        assertThat(process().find()).isEmpty();
        assertThat(data.root().resolve("power-off-was-run")).exists();
        assertThat(folder.resolve("run/networks/144")).hasContent(data.root().toString());
    }

    @Test
    void gives_the_director_java_options_and_class_data_that_outlive_its_folder() throws Exception {
        var options = new CliRun(folder).with("SLIPWAY_DIRECTOR_JAVA_OPTIONS", " -Xmx333m  -Done=two ");
        assertThat(up(options)).as(options.err()).isZero();

        List<String> command = List.of(Files.readString(
                        Path.of("/proc", "" + process().find().orElseThrow().pid(), "cmdline"))
                .split("\0"));
        assertThat(command).containsSubsequence("-Xmx448m", "-Xmx333m", "-Done=two");
        String made = "-XX:SharedArchiveFile=" + cache.resolve("director");
        String classes = command.stream()
                .filter(option -> option.startsWith(made))
                .findFirst()
                .orElseThrow();

        assertThat(down(new CliRun(folder), "--purge", "-y")).isZero();
        assertThat(up(new CliRun(folder))).isZero();
        assertThat(Files.readString(
                        Path.of("/proc", "" + process().find().orElseThrow().pid(), "cmdline")))
                .contains(classes + "\0");
    }

    @Test
    void keeps_its_data_folder_from_the_machines_other_users() throws Exception {
        Files.createDirectory(data.root(), PosixFilePermissions.asFileAttribute(mode("rwxr-xr-x")));
        assertThat(up(new CliRun(folder))).isZero();
        assertThat(openToOthers()).isEmpty();
        assertThat(Files.readString(
                        Path.of("/proc", "" + process().find().orElseThrow().pid(), "status")))
                .containsPattern("Umask:\\s+0077");

        // As earlier ones left it.
        for (Path one : List.of(data.root(), data.logs(), data.pidFile().getParent(), data.artifacts())) {
            Files.setPosixFilePermissions(one, mode(Files.isDirectory(one) ? "rwxr-xr-x" : "rw-r--r--"));
        }
        assertThat(up(new CliRun(folder))).isZero();

        assertThat(openToOthers()).isEmpty();
    }

    /** The folder itself and what is directly in it: nobody else passes these. */
    private List<String> openToOthers() throws IOException {
        var paths = new ArrayList<>(List.of(data.root()));
        try (Stream<Path> entries = Files.list(data.root())) {
            paths.addAll(entries.toList());
        }
        var found = new ArrayList<String>();
        for (Path path : paths) {
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            if (!permissions.endsWith("------")) {
                found.add(path + " " + permissions);
            }
        }
        return found;
    }

    private static Set<PosixFilePermission> mode(String permissions) {
        return PosixFilePermissions.fromString(permissions);
    }

    @Test
    void leaves_nothing_after_a_purge() throws Exception {
        assertThat(up(new CliRun(folder))).isZero();

        var refused = new CliRun(folder).answering("n\n");
        assertThat(down(refused, "--purge")).isNotZero();
        assertThat(process().find()).isPresent();

        var purged = new CliRun(folder);
        assertThat(down(purged, "--purge", "-y")).as(purged.err()).isZero();
        assertThat(data.root()).doesNotExist();
        assertThat(folder.resolve(".config/slipway/config.yml")).doesNotExist();
        assertThat(Files.readString(folder.resolve(".kube/config"))).doesNotContain("first");
        assertThat(process().find()).isEmpty();
        assertThat(folder.resolve("run/networks/144")).doesNotExist();
    }

    @Test
    void tells_the_last_words_of_a_director_that_does_not_start() throws Exception {
        Files.createFile(folder.resolve("fail-to-start"));

        var run = new CliRun(folder);
        assertThat(up(run)).isNotZero();

        assertThat(run.err()).contains("Starting the director failed");
        assertThat(Files.readString(data.directorLog())).contains("the database is corrupt");
        assertThat(process().find()).isEmpty();
    }

    private int up(CliRun run) throws IOException {
        return installation().up(run);
    }

    private int down(CliRun run, String... options) {
        return installation().down(run, options);
    }

    private DirectorProcess process() {
        return installation().process();
    }

    private FakeInstallation installation() {
        return java.util.Objects.requireNonNull(installation);
    }
}
