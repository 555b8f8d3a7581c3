package io.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The real {@code bosh} command: that of the property {@code bosh.cli}, or else the one on the path; where there is none, the
 * test is skipped. Programs that it starts on the operator's machine, ssh and scp, do nothing and succeed.
 */
final class BoshCommand {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern RETRY = Pattern.compile("\\(attempt=(?!1\\))\\d+\\)");
    private static final int LONGEST_SECONDS = 180;

    private final String program;
    private final Path folder;
    private final List<String> environment;
    private final List<Ran> ran = new ArrayList<>();

    /**
     * One call of it.
     *
     * @param seconds that it took
     * @param retries that it made by itself
     */
    record Ran(String command, int exit, double seconds, long retries, String output) {}

    private BoshCommand(String program, Path folder, List<String> environment) {
        this.program = program;
        this.folder = folder;
        this.environment = environment;
    }

    /** @param folder its current one, and its home */
    static BoshCommand against(int port, Path ca, String user, String password, Path folder) throws IOException {
        var found = program();
        Assumptions.assumeTrue(
                found.isPresent(), "no bosh command: put it on the path, or say where it is by -Dbosh.cli");
        Path programs = Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of("ssh", "scp")) {
            Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\nexit 0\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return new BoshCommand(
                found.get().toString(),
                folder,
                List.of(
                        "BOSH_ENVIRONMENT=https://127.0.0.1:" + port,
                        "BOSH_CA_CERT=" + ca.toAbsolutePath(),
                        "BOSH_CLIENT=" + user,
                        "BOSH_CLIENT_SECRET=" + password,
                        "BOSH_NON_INTERACTIVE=true",
                        "BOSH_LOG_LEVEL=debug",
                        "HOME=" + folder.toAbsolutePath(),
                        "PATH=" + programs.toAbsolutePath() + ":/usr/bin:/bin"));
    }

    private static Optional<Path> program() {
        var named = Optional.ofNullable(System.getProperty("bosh.cli")).map(Path::of);
        return named.or(() -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(one -> Path.of(one, "bosh"))
                .filter(Files::isExecutable)
                .findFirst());
    }

    /** Runs it to its end, and returns its standard output. A call that fails fails the test in the end; see {@link #ran}. */
    String run(String... arguments) throws IOException, InterruptedException {
        Path log = folder.resolve("bosh.log");
        Path errors = folder.resolve("bosh.err");
        Path output = folder.resolve("bosh.out");
        Files.deleteIfExists(log);
        var command = new ArrayList<String>(List.of(program));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        environment.forEach(entry -> builder.environment().put(entry.split("=", 2)[0], entry.split("=", 2)[1]));
        builder.environment().put("BOSH_LOG_PATH", log.toString());
        long start = System.nanoTime();
        var process = builder.start();
        process.getOutputStream().close();
        boolean isOver = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (!isOver) {
            process.destroyForcibly().waitFor();
        }
        String shown = Files.readString(output);
        long retries = Files.exists(log)
                ? RETRY.matcher(Files.readString(log)).results().count()
                : 0;
        var one = new Ran(
                String.join(" ", arguments),
                isOver ? process.exitValue() : -1,
                (System.nanoTime() - start) / 1e9,
                retries,
                shown + Files.readString(errors));
        ran.add(one);
        System.out.printf(
                "%5.1f s  %d retries  %s  bosh %s%n",
                one.seconds(), one.retries(), one.exit() == 0 ? "ok    " : "FAILED", one.command());
        if (one.exit() != 0) {
            System.out.println(one.output());
        }
        return shown;
    }

    /** The rows of the first table that it shows. */
    List<JsonNode> rows(String... arguments) throws IOException, InterruptedException {
        var all = new ArrayList<String>(List.of(arguments));
        all.add("--json");
        var rows = new ArrayList<JsonNode>();
        JSON.readTree(run(all.toArray(String[]::new))).at("/Tables/0/Rows").forEach(rows::add);
        return rows;
    }

    List<Ran> ran() {
        return List.copyOf(ran);
    }
}
