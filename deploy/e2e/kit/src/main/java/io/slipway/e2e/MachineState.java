package io.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What VMs leave traces in: a machine's network, mounts, cgroups, rules, devices and processes. */
record MachineState(Set<String> facts) {

    static MachineState now() {
        var facts = new TreeSet<String>();
        add(facts, "interface", Programs.output("ip", "-o", "link").lines().map(MachineState::interfaceName));
        add(facts, "route", Programs.output("ip", "route").lines());
        add(facts, "namespace", lines(Path.of("/proc/1/mountinfo")).filter(line -> line.contains(" nsfs ")));
        add(facts, "netns", children(Path.of("/run/netns")));
        add(facts, "mount", lines(Path.of("/proc/self/mounts")));
        add(facts, "nftables", Programs.output("nft", "list", "ruleset").lines());
        add(facts, "loop device", Programs.output("losetup", "--all").lines());
        add(facts, "cgroup", cgroups());
        add(facts, "process", processes());
        return new MachineState(facts);
    }

    static MachineState read(Path file) throws IOException {
        return new MachineState(new TreeSet<>(Files.readAllLines(file)));
    }

    void write(Path file) throws IOException {
        Files.write(file, facts);
    }

    /** What is here and was not there. */
    List<String> since(MachineState before) {
        var more = new ArrayList<>(facts);
        more.removeAll(before.facts);
        return more;
    }

    private static void add(Set<String> facts, String kind, Stream<String> values) {
        values.forEach(value -> facts.add(kind + " " + value.strip()));
    }

    private static String interfaceName(String line) {
        return line.split(":")[1].strip();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<String> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(Path::toString).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<String> cgroups() {
        try (Stream<Path> all =
                Files.find(Path.of("/sys/fs/cgroup"), 8, (path, attributes) -> attributes.isDirectory())) {
            return all.map(Path::toString).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Programs that run on behalf of Slipway, told by what they were started as. */
    private static Stream<String> processes() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("/var/vcap")
                        || line.contains("io.slipway.server")
                        || line.contains("io.slipway.cli.supervisor")
                        || line.contains("runsvdir"))
                .toList()
                .stream();
    }
}
