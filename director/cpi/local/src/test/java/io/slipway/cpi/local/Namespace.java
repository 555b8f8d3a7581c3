package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A network namespace of this machine, of a VM or of a neighbour, to do things in as its root. Empty is the machine's own. */
record Namespace(String name) implements AutoCloseable {
    private static final Commands COMMANDS = new Commands();
    static final Namespace MACHINE = new Namespace("");

    static Namespace of(String vmCid) {
        return new Namespace(Names.networkNamespace(vmCid));
    }

    /** Another machine on a network of this one: it has the address 198.18.n.2, and this machine has 198.18.n.1 there. */
    static Namespace neighbour(int n) {
        String name = "swt" + ThreadLocalRandom.current().nextInt(1 << 24);
        COMMANDS.run("ip", "netns", "add", name);
        COMMANDS.run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        COMMANDS.run("ip", "addr", "add", "198.18." + n + ".1/24", "dev", name);
        COMMANDS.run("ip", "link", "set", name, "up");
        var made = new Namespace(name);
        made.ip("addr", "add", "198.18." + n + ".2/24", "dev", "eth0");
        made.ip("link", "set", "eth0", "up");
        return made;
    }

    /** Runs the tool ip in it. */
    void ip(String... arguments) {
        var command = new ArrayList<>(List.of("ip"));
        if (!name.isEmpty()) {
            command.addAll(List.of("-n", name));
        }
        command.addAll(List.of(arguments));
        COMMANDS.run(command.toArray(String[]::new));
    }

    /** What a {@link Probe} says that runs in it to its end. */
    String probe(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }

    /** A probe that listens already. */
    Listening listen(String... arguments) throws IOException {
        Process process = start(arguments);
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(reader.readLine()).as("that it listens").isEqualTo("ready");
        return new Listening(process, reader);
    }

    /** A probe that goes on until it is closed. */
    record Listening(Process process, BufferedReader reader) implements AutoCloseable {
        List<String> heard() {
            return reader.lines().toList();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private Process start(String... arguments) throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<String>();
        if (!name.isEmpty()) {
            command.addAll(List.of("ip", "netns", "exec", name));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                classes,
                Probe.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Takes the neighbour away, with its cable. */
    @Override
    public void close() {
        COMMANDS.attempt("ip", "netns", "delete", name);
        COMMANDS.attempt("ip", "link", "delete", name);
    }
}
