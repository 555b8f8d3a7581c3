package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The one installation that all tests of a module share, in a folder and on ports of its own. Another module's may be on
 * this machine meanwhile.
 */
public final class Installation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORT = Integer.getInteger("slipway.e2e.port", 25655);
    private static final int DIRECTORS = Integer.getInteger("slipway.e2e.directors", 1);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration UP = Duration.ofMinutes(40);

    private static Installation shared;

    private final Path checkout = checkout();
    private final Path work;
    private final SharedMachine machine;

    private Installation() throws IOException {
        // /tmp may be in memory, or an overlay
        work = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-e2e.");
        // Where there are several directors, PostgreSQL's user passes it.
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx--x--x"));
        machine = SharedMachine.enter(checkout.resolve("deploy/e2e/target/guests"));
        Runtime.getRuntime().addShutdownHook(new Thread(this::clean));
    }

    /** Brings it up where it is not, with the clusters that it has. */
    public static synchronized Installation get() {
        Assumptions.assumeTrue(
                isRoot(), "end-to-end tests make network namespaces, mounts and cgroups: run them as root");
        try {
            if (shared == null) {
                shared = new Installation();
            }
            if (shared.findDirector().isEmpty()) {
                shared.up("--no-cluster").mustSucceed();
            }
            return shared;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    private static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("slipway"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** That the API listens on; agents dial the next one. */
    public int port() {
        return PORT;
    }

    /** What of this installation is in memory: mounts, and processes that see any of its mounts. */
    public List<String> traces() {
        var found = new ArrayList<String>();
        ProcessHandle.allProcesses().forEach(process -> {
            Path mounts = Path.of("/proc", Long.toString(process.pid()), "mountinfo");
            try (Stream<String> lines = Files.lines(mounts, StandardCharsets.ISO_8859_1)) {
                lines.filter(line -> line.contains(data().toString()))
                        .map(line -> process.pid() + " has " + line)
                        .forEach(found::add);
            } catch (IOException | UncheckedIOException ended) {
                // then it has no mounts
            }
        });
        directors().forEach(director -> found.add("director " + director.pid()));
        return found;
    }

    /**
     * Takes it away for good, and tells what is left: of itself, and, where no other installation of these tests is here
     * any more, what the machine has that it had not before the first of them.
     */
    public List<String> purge() throws IOException {
        slipway("down", "--purge", "--non-interactive").mustSucceed();
        var left = new ArrayList<>(traces());
        for (Path folder : List.of(data(), data().resolveSibling("data-postgresql"))) {
            if (Files.exists(folder)) {
                left.add(folder.toString());
            }
        }
        left.addAll(machine.leave());
        return left;
    }

    public Path data() {
        return work.resolve("data");
    }

    public Outcome up(String... options) {
        var arguments = new ArrayList<>(List.of(
                "up",
                "--non-interactive",
                "--port",
                Integer.toString(PORT),
                "--agent-port",
                Integer.toString(PORT + 1)));
        if (DIRECTORS > 1) {
            arguments.addAll(List.of("--directors", Integer.toString(DIRECTORS)));
        }
        arguments.addAll(List.of(options));
        return run(UP, arguments);
    }

    public Outcome slipway(String... arguments) {
        return run(Duration.ofMinutes(10), List.of(arguments));
    }

    public JsonNode json(String... arguments) {
        try {
            return JSON.readTree(slipway(arguments).mustSucceed().out());
        } catch (IOException notJson) {
            throw new AssertionError(notJson);
        }
    }

    private Outcome run(Duration deadline, List<String> arguments) {
        var command = new ArrayList<>(List.of(checkout.resolve("slipway").toString()));
        command.addAll(arguments);
        return Programs.run(work, environment(), Math.toIntExact(deadline.toSeconds()), command);
    }

    public Map<String, String> environment() {
        return Map.of(
                // A director that is killed and started again and again is over before the second compiler's code pays.
                "SLIPWAY_DIRECTOR_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1",
                "SLIPWAY_DATA_DIR", data().toString(),
                "SLIPWAY_CONFIG", work.resolve("config.yml").toString(),
                "KUBECONFIG", work.resolve("kubeconfig").toString(),
                "NO_COLOR", "1");
    }

    public List<String> kubectlCommand(String cluster, String... arguments) {
        var command = new ArrayList<>(List.of(data().resolve("bin/kubectl").toString(), "--context", cluster));
        command.addAll(List.of(arguments));
        return command;
    }

    public Outcome tryKubectl(String cluster, String... arguments) {
        return Programs.run(work, environment(), 180, kubectlCommand(cluster, arguments));
    }

    public String kubectl(String cluster, String... arguments) {
        return tryKubectl(cluster, arguments).mustSucceed().out().strip();
    }

    public Process startKubectl(String cluster, String... arguments) throws IOException {
        var builder = new ProcessBuilder(kubectlCommand(cluster, arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment());
        return builder.start();
    }

    public void apply(String cluster, String manifest) throws IOException {
        Path file = Files.createTempFile(work, "manifest", ".yml");
        Files.writeString(file, manifest);
        kubectl(cluster, "apply", "-f", file.toString());
    }

    /** Makes a cluster if there is none of that name, and gets its credentials. */
    public void cluster(String name, String plan, int workers) {
        if (!slipway("cluster", name).err().isEmpty()) {
            slipway("create-cluster", name, "--plan", plan, "--num-nodes", Integer.toString(workers))
                    .mustSucceed();
        }
        slipway("get-credentials", name).mustSucceed();
    }

    public Api api() throws IOException, GeneralSecurityException {
        return new Api(work.resolve("config.yml"));
    }

    public Path checkoutFolder() {
        return checkout;
    }

    /** The stemcell that 'slipway up' has built and uploaded. */
    public Path stemcell() throws IOException, GeneralSecurityException, InterruptedException {
        String version = api().get("/stemcells").path(0).path("version").asText();
        try (Stream<Path> files = Files.walk(cache().resolve("stemcells"), 2)) {
            return files.filter(file -> file.getFileName().toString().startsWith("slipway-stemcell-" + version + "-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("SLIPWAY_CACHE")).map(Path::of).orElseGet(() -> Optional.ofNullable(
                        System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("slipway"));
    }

    /** Cids of the disks as the infrastructure knows them. */
    public List<String> disks() throws IOException {
        return entries("disks").stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    /** Cids of the snapshots as the infrastructure knows them. */
    public List<String> snapshots() throws IOException {
        return entries("snapshots").stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    /** A disk that no VM has is gone, without anybody having asked for it. */
    public void loseDisk(String cid) throws IOException {
        Path disk = data().resolve("cpi-local/disks").resolve(cid);
        Files.delete(disk.resolve("disk.json"));
        Files.delete(disk.resolve("disk.img"));
        Files.delete(disk);
    }

    /** The VMs as the infrastructure knows them. */
    public List<Path> vms() throws IOException {
        return entries("vms");
    }

    private List<Path> entries(String kind) throws IOException {
        Path folder = data().resolve("cpi-local").resolve(kind);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    public ProcessHandle director() {
        return findDirector().orElseThrow(() -> new AssertionError("the director does not run"));
    }

    private Optional<ProcessHandle> findDirector() {
        return find(data().resolve("director.yml"));
    }

    /** Of several, in the order of their numbers; those that run. */
    public List<ProcessHandle> directors() {
        var found = new ArrayList<ProcessHandle>();
        findDirector().ifPresent(found::add);
        for (int number = 2; number <= DIRECTORS; number++) {
            find(data().resolve("directors/" + number + "/director.yml")).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<ProcessHandle> find(Path settings) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains("--config\0" + settings))
                .findFirst();
    }

    /** From /proc: {@link ProcessHandle.Info} gives the first 4096 characters only. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    /** Waits until something is so; where it never is, its last answer is shown. */
    public static void await(Duration deadline, Callable<String> problem) {
        long end = System.nanoTime() + deadline.toNanos();
        String last = "not asked yet";
        while (!last.isEmpty()) {
            try {
                last = problem.call();
            } catch (Exception | AssertionError failure) {
                last = String.valueOf(failure.getMessage());
            }
            assertThat(System.nanoTime()).as("in time: %s", last).isLessThan(end);
            // Asking takes processor time from what is waited for.
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void clean() {
        // Where VMs could not be deleted, the folder knows how to: 'slipway down --purge' can be tried again by hand.
        if (!Files.exists(data())
                || slipway("down", "--purge", "--non-interactive").code() == 0) {
            Programs.run(Path.of("/"), Map.of(), 60, List.of("rm", "-rf", work.toString()));
        }
    }
}
