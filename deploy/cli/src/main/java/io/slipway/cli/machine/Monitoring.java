package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.output.Progress;
import io.slipway.cli.supervisor.Processes;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A Prometheus and an Alertmanager beside the directors of this machine, with the configuration and the rules of
 * {@code deploy/configs/prometheus}. They are Debian's programs, unpacked into the data folder where the machine has none: its packages
 * would start services of their own.
 */
final class Monitoring {
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final List<String> PACKAGES = List.of("prometheus", "prometheus-alertmanager");
    private static final String USER = "metrics";
    private static final String USUAL_DIRECTOR = "127.0.0.1:25555";
    private static final String USUAL_ALERTMANAGER = "127.0.0.1:9093";

    private final Cli cli;
    private final DataFolder data;
    private final Path folder;

    Monitoring(Cli cli, DataFolder data) {
        this.cli = cli;
        this.data = data;
        this.folder = data.root().resolve("monitoring");
    }

    /** Whether it was asked for before. */
    boolean isWanted() {
        return Files.exists(configuration());
    }

    private Path configuration() {
        return folder.resolve("prometheus.yml");
    }

    /** Has all directors know the user that scrapes; returns whether one did not, and has to be started anew. */
    boolean introduce() {
        var present = password(data);
        String password = present.orElseGet(DirectorSettings::newPassword);
        boolean isChanged = false;
        for (DataFolder one : directors()) {
            if (password(one).isEmpty()) {
                var tree = DirectorSettings.readTree(one.settings());
                tree.withArray("users")
                        .addObject()
                        .put("name", USER)
                        .put("password", password)
                        .put("role", USER);
                DirectorSettings.write(tree, one.settings());
                isChanged = true;
            }
        }
        return isChanged;
    }

    private List<DataFolder> directors() {
        var all = new ArrayList<DataFolder>();
        for (int number = 1; number <= GroupSettings.count(data); number++) {
            all.add(data.ofDirector(number));
        }
        return all;
    }

    private static Optional<String> password(DataFolder director) {
        for (JsonNode user : DirectorSettings.readTree(director.settings()).path("users")) {
            if (user.path("name").asText().equals(USER)) {
                return Optional.of(user.path("password").asText());
            }
        }
        return Optional.empty();
    }

    /** Starts what does not run, with the configuration as it is in this version; returns whether there was anything to do. */
    boolean bringUp(Progress progress) {
        boolean isChanged = configure();
        if (isChanged) {
            stop(progress);
        }
        if (isUp()) {
            return isChanged;
        }
        Progress.Step step = progress.begin("Starting Prometheus and Alertmanager");
        try {
            start(program("prometheus", step), prometheus(), "prometheus.log");
            start(program("prometheus-alertmanager", step), alertmanager(), "alertmanager.log");
            await(prometheusUrl() + "/-/ready", "prometheus.log");
            await(alertmanagerUrl() + "/-/ready", "alertmanager.log");
        } catch (RuntimeException failure) {
            step.failed("Starting Prometheus and Alertmanager failed");
            throw failure;
        }
        step.done("Started Prometheus (" + prometheusUrl() + ") and Alertmanager");
        return true;
    }

    boolean isUp() {
        return Processes.find(prometheus()).isPresent()
                && Processes.find(alertmanager()).isPresent()
                && answers(prometheusUrl() + "/-/ready");
    }

    void stop(Progress progress) {
        stop(progress, "Prometheus", prometheus());
        stop(progress, "Alertmanager", alertmanager());
    }

    private static void stop(Progress progress, String name, List<String> command) {
        Processes.find(command).ifPresent(process -> {
            Progress.Step step = progress.begin("Stopping " + name);
            Processes.stop(process, STOP_DEADLINE);
            step.done("Stopped " + name);
        });
    }

    String prometheusUrl() {
        return "http://127.0.0.1:" + (port() + 4);
    }

    String alertmanagerUrl() {
        return "http://127.0.0.1:" + (port() + 5);
    }

    private int port() {
        return DirectorSettings.read(data.settings()).port();
    }

    private List<String> prometheus() {
        return List.of(
                "--config.file=" + configuration(),
                "--storage.tsdb.path=" + folder.resolve("series"),
                "--web.listen-address=" + prometheusUrl().substring("http://".length()));
    }

    private List<String> alertmanager() {
        return List.of(
                "--config.file=" + folder.resolve("alertmanager.yml"),
                "--storage.path=" + folder.resolve("alerts"),
                // It is alone.
                "--cluster.listen-address=",
                "--web.listen-address=" + alertmanagerUrl().substring("http://".length()));
    }

    /** Writes what this version has; the file of the Alertmanager is the operator's once it is there. */
    private boolean configure() {
        Path given = cli.root().resolve("deploy/configs/prometheus");
        try {
            PrivateFiles.createFolders(folder.resolve("rules"));
            boolean isChanged = write(
                    configuration(),
                    Files.readString(given.resolve("prometheus.yml"))
                            .replace(USUAL_DIRECTOR, "127.0.0.1:" + port())
                            .replace(USUAL_ALERTMANAGER, alertmanagerUrl().substring("http://".length())));
            try (Stream<Path> rules = Files.list(given.resolve("rules"))) {
                for (Path rule : rules.toList()) {
                    isChanged |= write(
                            folder.resolve("rules").resolve(rule.getFileName().toString()), Files.readString(rule));
                }
            }
            isChanged |= write(folder.resolve("scrape-password"), password(data).orElseThrow());
            isChanged |= write(folder.resolve("ca.pem"), Files.readString(data.certificateAuthority()));
            Path alertmanager = folder.resolve("alertmanager.yml");
            return !Files.exists(alertmanager)
                            && write(alertmanager, Files.readString(given.resolve("alertmanager.yml")))
                    || isChanged;
        } catch (IOException failure) {
            throw new CliException(
                    "the configuration of Prometheus cannot be written: " + failure.getMessage(), failure);
        }
    }

    private static boolean write(Path file, String content) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(content)) {
            return false;
        }
        PrivateFiles.write(file, content.getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private Path program(String name, Progress.Step step) {
        return found(name).orElseGet(() -> {
            unpack(step);
            return found(name)
                    .orElseThrow(() -> new CliException("Debian's packages " + PACKAGES + " have no program " + name
                            + ": install one, and run this again"));
        });
    }

    private Optional<Path> found(String name) {
        var folders = new ArrayList<String>(List.of(cli.variable("PATH").split(":", -1)));
        folders.add("/usr/bin");
        folders.add(folder.resolve("programs/usr/bin").toString());
        return folders.stream()
                .filter(one -> !one.isEmpty())
                .map(one -> Path.of(one, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void unpack(Progress.Step step) {
        Path packages = folder.resolve("packages");
        try {
            PrivateFiles.createFolders(packages);
            var download = new ArrayList<String>(List.of("apt-get", "download"));
            download.addAll(PACKAGES);
            new Script(download, packages, data.logs().resolve("apt-get.log")).run(step);
            try (Stream<Path> files = Files.list(packages)) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".deb")).toList()) {
                    new Script(
                                    List.of(
                                            "dpkg-deb",
                                            "-x",
                                            file.toString(),
                                            folder.resolve("programs").toString()),
                                    packages,
                                    data.logs().resolve("dpkg-deb.log"))
                            .run(step);
                }
            }
        } catch (IOException failure) {
            throw new CliException(packages + " cannot be used: " + failure.getMessage(), failure);
        }
    }

    private void start(Path program, List<String> arguments, String log) {
        if (Processes.find(arguments).isPresent()) {
            return;
        }
        var command = new ArrayList<>(DirectorProcess.FOR_NOBODY_ELSE);
        command.add(program.toString());
        command.addAll(arguments);
        try {
            Processes.startApart(command, folder, data.logs().resolve(log));
        } catch (IOException failure) {
            throw new CliException(program + " cannot be started: " + failure.getMessage(), failure);
        }
    }

    private void await(String url, String log) {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (!answers(url)) {
            if (System.nanoTime() > deadline) {
                throw new CliException(url + " does not answer after " + START_DEADLINE.toSeconds() + " s: "
                        + DirectorProcess.lastWords(data.logs().resolve(log)));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static boolean answers(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(Math.toIntExact(Duration.ofSeconds(1).toMillis()));
            connection.setReadTimeout(Math.toIntExact(Duration.ofSeconds(2).toMillis()));
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }
}
