package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cli.Cli;
import io.slipway.cli.CliRun;
import io.slipway.store.FreePort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * An installation whose processes are real and do nothing: builders, directors that only answer, and a PostgreSQL that only
 * runs.
 */
final class FakeInstallation {
    /** A process that is known by the data directory among its arguments, as PostgreSQL's is. */
    private static final String PG_CTL = """
            #!/bin/sh
            data=$2
            for last; do :; done
            case $last in
            start)
                setsid sh -c 'while :; do sleep 1; done' "$data" > /dev/null 2>&1 &
                echo $! > "$data/postmaster.pid" ;;
            stop)
                pid=$(cat "$data/postmaster.pid")
                kill "$pid"
                while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
                rm "$data/postmaster.pid" ;;
            esac
            """;

    private static final String INITDB = """
            #!/bin/sh
            for option; do
                case $option in --pgdata=*) data=${option#--pgdata=} ;; esac
            done
            mkdir "$data" && echo 15 > "$data/PG_VERSION" && : > "$data/postgresql.conf"
            """;

    private static final String POSTGRES = """
            #!/bin/sh
            cat > "$3/statements"
            """;

    private final Path folder;
    private final Path cache;
    private final Path root;
    private final DataFolder data;

    FakeInstallation(Path folder, Path cache) throws Exception {
        this.folder = folder;
        this.cache = cache;
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
        for (String config : List.of("prometheus.yml", "alertmanager.yml", "rules/alerts.yml", "rules/recording.yml")) {
            Path copy = configs.resolve("prometheus").resolve(config);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of("../configs/prometheus", config), copy);
        }
        layOut("director/server/target", "slipway-server-1.jar");
        layOut("deploy/cli/target", "slipway-cli-1.jar");
        Path programs = Files.createDirectories(programs().resolve("15/bin"));
        executable(programs.resolve("initdb"), INITDB);
        executable(programs.resolve("postgres"), POSTGRES);
        executable(programs.resolve("pg_ctl"), PG_CTL);
    }

    DataFolder data() {
        return data;
    }

    private Path programs() {
        return folder.resolve("postgresql");
    }

    int up(CliRun run, String... options) throws IOException {
        // As many as several directors take.
        int port = FreePort.firstOf(40);
        List<String> arguments = new ArrayList<>(
                List.of("--data-dir", data.root().toString(), "--port", "" + port, "--agent-port", "" + (port + 1)));
        arguments.addAll(List.of(options));
        return execute(run, new UpCommand(cli(run), machine()), arguments);
    }

    int down(CliRun run, String... options) {
        return execute(run, new DownCommand(cli(run), machine()), List.of(options));
    }

    int migrate(CliRun run, String... options) {
        return execute(run, new MigrateDatabaseCommand(cli(run), machine()), List.of(options));
    }

    /** What is refused is said as the command itself says it. */
    private static int execute(CliRun run, Object command, List<String> arguments) {
        return new CommandLine(command)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    run.failed(failure);
                    return 1;
                })
                .execute(arguments.toArray(String[]::new));
    }

    Machine machine() {
        return FakeMachine.SOUND.withRunFolder(folder.resolve("run")).withPostgresql(programs());
    }

    Cli cli(CliRun run) {
        return run.with("HOME", folder.toString())
                .with("SLIPWAY_CACHE", cache.toString())
                .cli(root);
    }

    DirectorProcess process() {
        return new DirectorProcess(cli(new CliRun(folder)), data);
    }

    DirectorGroup group() {
        return new DirectorGroup(cli(new CliRun(folder)), machine(), data);
    }

    private void script(String name, String text) throws IOException {
        executable(root.resolve(name), "#!/bin/sh\nset -e\n" + text + "\n");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String pack(String manifest, String content) {
        return "d=$(mktemp -d); printf '" + content.replace("\\'", "'\\''") + "' > $d/" + manifest + "; mkdir -p "
                + folder
                + "/made; tar -czf " + folder + "/made/" + manifest + ".tgz -C $d " + manifest + "; rm -r $d; echo "
                + folder
                + "/made/" + manifest + ".tgz";
    }

    /** Jars are made of this module's classes, those of tests among them; libraries are those of this test. */
    private void layOut(String folderOfTarget, String jarName) throws Exception {
        Path target = Files.createDirectories(root.resolve(folderOfTarget));
        List<String> jar = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                "--create",
                "--file",
                target.resolve(jarName).toString(),
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
            if (name.startsWith("jackson-") || name.startsWith("snakeyaml") || name.startsWith("picocli")) {
                Files.copy(library, libraries.resolve(name));
            }
        }
    }
}
