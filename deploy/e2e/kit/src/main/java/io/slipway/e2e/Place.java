package io.slipway.e2e;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Somewhere in the network to listen and to call from, as who has root there can: in a VM, or on a machine beside this one.
 *
 * @param namespace of the network; empty is this machine itself
 */
public record Place(String namespace) {
    private static final int SECONDS = 30;

    /** What a {@link Caller} says first. */
    static final String LISTENS = "listening";

    public static final Place THIS_MACHINE = new Place("");

    /** Whether somebody answers a call to a port: a refusal is no answer, nor is silence. */
    public boolean reaches(String address, int port) {
        return call(address, port).equals("connected");
    }

    /** What becomes of a call: "connected", "refused" or "silence". */
    public String call(String address, int port) {
        return Programs.run(Path.of("/"), Map.of(), SECONDS, command("call", address, Integer.toString(port)))
                .mustSucceed()
                .out()
                .strip();
    }

    /** A web server that answers with its client's address. */
    public Listening serve(String address, int port) throws IOException {
        return listen("serve", address, port);
    }

    /** Takes connections, says nothing, and remembers from where they came. */
    public Listening count(String address, int port) throws IOException {
        return listen("count", address, port);
    }

    /** Runs the tool ip. */
    public void ip(String... arguments) {
        var command = new ArrayList<>(List.of("ip"));
        if (!namespace.isEmpty()) {
            command.addAll(List.of("-n", namespace));
        }
        command.addAll(List.of(arguments));
        Programs.run(Path.of("/"), Map.of(), SECONDS, command).mustSucceed();
    }

    /** Something that listens until it is closed. */
    public static final class Listening implements AutoCloseable {
        private final Process process;
        private final Path said;

        private Listening(Process process, Path said) {
            this.process = process;
            this.said = said;
        }

        /** A line for each who came. */
        public List<String> callers() throws IOException {
            return Files.readAllLines(said).stream()
                    .filter(line -> !line.equals(LISTENS))
                    .toList();
        }

        private String problem() throws IOException {
            return Files.readString(said).startsWith(LISTENS) ? "" : "it does not listen: " + Files.readString(said);
        }

        @Override
        public void close() {
            process.destroyForcibly();
            said.toFile().delete();
        }
    }

    private Listening listen(String what, String address, int port) throws IOException {
        Path said = Files.createTempFile("slipway-e2e", ".said");
        Process process = new ProcessBuilder(command(what, address, Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        var listening = new Listening(process, said);
        Installation.await(Duration.ofSeconds(SECONDS), listening::problem);
        return listening;
    }

    private List<String> command(String... arguments) {
        var command = new ArrayList<String>();
        if (!namespace.isEmpty()) {
            command.addAll(List.of("ip", "netns", "exec", namespace));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                classes(),
                Caller.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classes() {
        try {
            return Path.of(Caller.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
