package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cli.Cli;
import io.slipway.cli.CliRun;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole way of 'up' and 'down' with real processes: builders, and a director that only answers. */
class UpAndDownTest {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private Path root;
    private DataFolder data;

    UpAndDownTest() {
        root = Path.of("");
        data = new DataFolder(root);
    }

    @BeforeEach
    void layOutAnInstallation() throws Exception {
        root = Files.createDirectory(folder.resolve("slipway"));
        data = new DataFolder(folder.resolve("data"));
        script(
                "deploy/releases/kubernetes/build",
                "echo compiling >&2; mkdir -p $0.d; touch $0.d/kubernetes; "
                        + "chmod +x $0.d/kubernetes; echo \"{\\\"kubernetes\\\": \\\"$0.d\\\"}\"");
        script(
                "deploy/releases/kubernetes/create-release",
                pack("release.MF", "name: kubernetes\\nversion: 1.37.2\\n"));
        script("deploy/stemcell/build", pack("stemcell.MF", "name: debian\\nversion: \\'1\\'\\n"));
        Path configs = Files.createDirectories(root.resolve("deploy/configs"));
        for (String config : List.of("plans.yml", "cloud-config-local.yml")) {
            Files.copy(Path.of("../configs", config), configs.resolve(config));
        }
        layOutTheServer();
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
        try (var one = new ServerSocket(0);
                var other = new ServerSocket(0)) {
            int port = one.getLocalPort();
            int agentPort = other.getLocalPort();
            one.close();
            other.close();
            return new CommandLine(new UpCommand(cli(run), machine()))
                    .execute("--data-dir", data.root().toString(), "--port", "" + port, "--agent-port", "" + agentPort);
        }
    }

    private int down(CliRun run, String... options) {
        return new CommandLine(new DownCommand(cli(run), machine())).execute(options);
    }

    private FakeMachine machine() {
        return FakeMachine.SOUND.withRunFolder(folder.resolve("run"));
    }

    private Cli cli(CliRun run) {
        return run.with("HOME", folder.toString())
                .with("SLIPWAY_CACHE", cache.toString())
                .cli(root);
    }

    private DirectorProcess process() {
        return new DirectorProcess(cli(new CliRun(folder)), data);
    }

    private void script(String name, String text) throws IOException {
        Path script = root.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\nset -e\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String pack(String manifest, String content) {
        return "d=$(mktemp -d); printf '" + content.replace("\\'", "'\\''") + "' > $d/" + manifest + "; mkdir -p "
                + folder
                + "/made; tar -czf " + folder + "/made/" + manifest + ".tgz -C $d " + manifest + "; rm -r $d; echo "
                + folder
                + "/made/" + manifest + ".tgz";
    }

    /** The server's jar is made of this module's test classes; its libraries are those of this test. */
    private void layOutTheServer() throws Exception {
        Path target = Files.createDirectories(root.resolve("director/server/target"));
        List<String> jar = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                "--create",
                "--file",
                target.resolve("slipway-server-1.jar").toString(),
                "-C",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                ".",
                "-C",
                Path.of("target/classes").toAbsolutePath().toString(),
                "."));
        assertThat(new ProcessBuilder(jar).inheritIO().start().waitFor()).isZero();
        Path libraries = Files.createDirectory(target.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path library = Path.of(entry);
            String name = String.valueOf(library.getFileName());
            if (name.startsWith("jackson-") || name.startsWith("snakeyaml")) {
                Files.copy(library, libraries.resolve(name));
            }
        }
    }
}
