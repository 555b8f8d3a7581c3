package io.slipway.cpi.local;

import io.slipway.cpi.conformance.VmInside;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a local CPI leaves on the machine, as the machine itself shows it. */
final class MachineTraces {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final Commands commands = new Commands();
    private final Names names;
    private final Layout layout;
    private final String cidr;

    /** @param cidr the subnet that all VMs are in */
    MachineTraces(String directorUuid, Path dataDirectory, String cidr) {
        this.cidr = cidr;
        names = new Names(directorUuid);
        layout = new Layout(dataDirectory.toAbsolutePath().normalize());
    }

    /** All there is of this director: mounts, devices, groups, networks, tables, files. */
    List<String> all(Collection<String> agentIds) {
        var found = new ArrayList<>(ofVmsAndDisks(agentIds));
        for (String family : List.of("ip", "inet", "bridge")) {
            if (commands.attempt("nft", "list", "table", family, names.table()).succeeded()) {
                found.add("table " + family + " " + names.table());
            }
        }
        if (Cgroups.exists(names.cgroupParent())) {
            found.add("control group " + names.cgroupParent());
        }
        if (Files.exists(INTERFACES.resolve(names.bridge(cidr)))) {
            found.add("bridge " + names.bridge(cidr));
        }
        if (Files.exists(layout.root())) {
            Records.names(layout.root())
                    .forEach(entry -> found.add("file " + layout.root().resolve(entry)));
        }
        return found;
    }

    /** All there is of its VMs and disks; what they share may stay: stemcells, bridges, the table. */
    List<String> ofVmsAndDisks(Collection<String> agentIds) {
        var found = new ArrayList<String>();
        agentIds.forEach(agentId -> found.addAll(networkOf(names.vmCid(agentId))));
        for (Path mount : Mounts.below(layout.root())) {
            found.add("mount " + mount);
        }
        found.addAll(loopDevices());
        for (Path directory : List.of(layout.vms(), layout.disks(), layout.runc(), layout.snapshots())) {
            Records.names(directory).forEach(name -> found.add("file " + directory.resolve(name)));
        }
        found.addAll(groups());
        return found;
    }

    List<String> loopDevices() {
        return commands.run("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE")
                .lines()
                .filter(line -> line.contains(layout.root().toString()))
                .map(line -> "loop device " + line.strip())
                .toList();
    }

    /** What a running VM lacks to reach and be reached. */
    List<String> networkProblems(String cid) {
        var problems = new ArrayList<String>();
        String prefix = cidr.substring(0, cidr.lastIndexOf('.') + 1);
        if (networkOf(cid).size() != 2) {
            problems.add("namespace or interface is missing: there is " + networkOf(cid));
        }
        String inside = shown("ip", "-n", Names.networkNamespace(cid), "-brief", "address", "show", "eth0");
        if (!inside.contains(prefix)) {
            problems.add("eth0 is " + inside);
        }
        String routes = shown("ip", "-n", Names.networkNamespace(cid), "route");
        if (!routes.contains("default via " + prefix)) {
            problems.add("the routes are " + routes);
        }
        String bridge = shown("ip", "-brief", "address", "show", names.bridge(cidr));
        if (!bridge.contains(prefix)) {
            problems.add("the bridge is " + bridge);
        }
        if (!shown("nft", "list", "table", "inet", names.table())
                .contains("ip saddr " + cidr + " oifname != @bridges masquerade")) {
            problems.add("the table lets nothing of " + cidr + " out");
        }
        if (!shown("nft", "list", "set", "bridge", names.table(), "ports").contains(Names.hostInterface(cid, 0))) {
            problems.add("the table does not look at what " + cid + " sends");
        }
        return problems;
    }

    private String shown(String... command) {
        return commands.attempt(command).output().strip();
    }

    private static List<String> networkOf(String cid) {
        var found = new ArrayList<String>();
        if (Files.exists(NAMESPACES.resolve(Names.networkNamespace(cid)))) {
            found.add("network namespace of " + cid);
        }
        if (Files.exists(INTERFACES.resolve(Names.hostInterface(cid, 0)))) {
            found.add("interface of " + cid);
        }
        return found;
    }

    private List<String> groups() {
        var found = new ArrayList<String>();
        try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies.toList()) {
                for (String name : Records.names(hierarchy.resolve(names.cgroupParent()))) {
                    if (Names.isVmCid(name)) {
                        found.add("control group " + hierarchy.resolve(name));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
        return found;
    }

    /** The first bytes of a snapshot. */
    byte[] ofSnapshot(String cid, int length) throws IOException {
        try (var in = Files.newInputStream(layout.snapshot(cid))) {
            return in.readNBytes(length);
        }
    }

    /** Goes in through the root directory of the VM's init. */
    VmInside inside(String cid) {
        long pid = new Containers(commands, layout, names).pid(cid).orElseThrow();
        Path root = Path.of("/proc/" + pid + "/root");
        return new VmInside() {
            @Override
            public boolean exists(String path) {
                return Files.exists(root.resolve(path.substring(1)));
            }

            @Override
            public byte[] read(String path, int length) throws IOException {
                try (var in = Files.newInputStream(root.resolve(path.substring(1)))) {
                    return in.readNBytes(length);
                }
            }

            @Override
            public void write(String path, byte[] content) throws IOException {
                try (var channel = FileChannel.open(root.resolve(path.substring(1)), StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.wrap(content));
                    channel.force(true);
                }
            }
        };
    }
}
