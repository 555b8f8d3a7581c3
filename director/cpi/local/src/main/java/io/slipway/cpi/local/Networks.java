package io.slipway.cpi.local;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The machine's share of VM networks: a bridge for each subnet that has its gateway's address, network namespaces with
 * one end of a virtual cable each, and the rules of a {@link Firewall}, which are there before anything that they are for.
 */
final class Networks {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final String NUMBER = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final String ANY_ADDRESS = NUMBER + "(?:\\." + NUMBER + "){3}";
    private static final Pattern ADDRESS = Pattern.compile(ANY_ADDRESS);
    private static final Pattern RANGE = Pattern.compile("(" + ANY_ADDRESS + ")/([12]?\\d|30)");
    /** Linux' IFF_UP. */
    private static final int INTERFACE_UP = 1;

    private final Commands commands;
    private final Layout layout;
    private final Names names;
    private final Locks locks;
    private final Steps steps;
    private final Firewall firewall;

    Networks(Commands commands, Layout layout, Names names, Locks locks, Steps steps) {
        this.commands = commands;
        this.layout = layout;
        this.names = names;
        this.locks = locks;
        this.steps = steps;
        this.firewall = new Firewall(commands, names);
    }

    /**
     * What is remembered of a bridge, to make it again after the machine's boot and to remove it.
     *
     * @param networks of which this is a subnet, by their names in the cloud config, as far as VMs of them were seen
     */
    record BridgeRecord(String name, String cidr, String gateway, int prefixLength, Set<String> networks) {
        BridgeRecord {
            // An earlier director remembered none.
            networks = networks == null ? Set.of() : Set.copyOf(networks);
        }

        BridgeRecord with(Set<String> more) {
            var all = new TreeSet<>(networks);
            all.addAll(more);
            return new BridgeRecord(name, cidr, gateway, prefixLength, all);
        }
    }

    /**
     * What is remembered for whoever opens this CPI without being told.
     *
     * @param directorPorts of this machine on which VMs reach their director
     */
    record HostSettings(Set<Integer> directorPorts) {}

    /** On which ports of this machine VMs reach their director. */
    void directorPorts(Set<Integer> ports) {
        try (var held = locks.network()) {
            if (!directorPorts().equals(ports)) {
                Records.write(layout.hostSettings(), new HostSettings(ports));
            }
        }
    }

    private Set<Integer> directorPorts() {
        return Records.read(layout.hostSettings(), HostSettings.class)
                .map(HostSettings::directorPorts)
                .orElse(Set.of());
    }

    /** Writes the rules anew where there are bridges: an earlier director may have written others. */
    void refresh() {
        try (var held = locks.network()) {
            if (!bridges().isEmpty()) {
                writeRules(Optional.empty());
            }
        }
    }

    /** Makes the bridge of a subnet and returns its name. One that VMs made already is that very one. */
    String create(String range, String gateway) {
        var parts = RANGE.matcher(range);
        if (!parts.matches() || !ADDRESS.matcher(gateway).matches()) {
            throw new CpiException(new CpiFailure.InvalidRequest("a network here needs a range (like 10.1.2.0/24) and a"
                    + " gateway (like 10.1.2.1), not '" + range + "' and '" + gateway + "'"));
        }
        var bridge = bridgeOf(parts.group(1), Integer.parseInt(parts.group(2)), gateway, Set.of());
        try (var held = locks.network()) {
            ensureBridge(bridge);
        }
        return bridge.name();
    }

    /** Removes a bridge that no VM is on; absent is success. */
    void delete(String bridge) {
        if (!Names.isBridge(bridge)) {
            return;
        }
        try (var held = locks.network()) {
            int ports =
                    Records.names(INTERFACES.resolve(bridge).resolve("brif")).size();
            if (ports > 0) {
                throw new CpiException(
                        new CpiFailure.InvalidRequest("network " + bridge + " is in use by " + ports + " VMs"));
            }
            takeDown(bridge);
            steps.reached("bridge record removed");
            forget(bridge);
            if (bridges().isEmpty()) {
                firewall.remove();
            } else {
                writeRules(Optional.empty());
            }
        }
    }

    private void forget(String bridge) {
        try {
            Files.deleteIfExists(layout.bridges().resolve(bridge + ".json"));
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot forget bridge " + bridge, refused);
        }
    }

    /** Makes the VM's namespace with its interfaces; what is there of it already is thrown away. */
    void connect(VmRecord vm) {
        var interfaces = vm.interfaces();
        try (var held = locks.network()) {
            interfaces.forEach(network -> ensureBridge(bridgeOf(network)));
            unplug(vm);
            steps.reached("rules");
            writeRules(Optional.empty());
            String namespace = Names.networkNamespace(vm.cid());
            var outside = new ArrayList<String>();
            var inside = new ArrayList<String>();
            outside.add("netns add " + namespace);
            inside.add("link set lo up");
            for (int i = 0; i < interfaces.size(); i++) {
                var network = interfaces.get(i);
                String host = Names.hostInterface(vm.cid(), i);
                outside.add("link add " + host + " type veth peer name eth" + i + " address " + mac(network.ip())
                        + " netns " + namespace);
                outside.add("link set " + host + " master " + bridgeOf(network).name() + " up");
                inside.add("addr add " + network.ip() + "/" + network.prefixLength() + " dev eth" + i);
                inside.add("link set eth" + i + " up");
            }
            vm.defaultRoute().ifPresent(network -> inside.add("route add default via " + network.gateway()));
            steps.reached("interfaces");
            commands.run(Commands.QUICK, String.join("\n", outside) + "\n", List.of("ip", "-batch", "-"));
            steps.reached("addresses");
            commands.run(
                    Commands.QUICK, String.join("\n", inside) + "\n", List.of("ip", "-n", namespace, "-batch", "-"));
        }
    }

    /** Removes the VM's namespace, and with it its interfaces; absent is success. Its addresses stay its own. */
    void disconnect(VmRecord vm) {
        unplug(vm);
    }

    /** As {@link #disconnect}, of a VM that goes for good, whose addresses others may have from now on. */
    void forget(VmRecord vm) {
        unplug(vm);
        try (var held = locks.network()) {
            if (!bridges().isEmpty()) {
                writeRules(Optional.of(vm.cid()));
            }
        }
    }

    private void unplug(VmRecord vm) {
        String namespace = Names.networkNamespace(vm.cid());
        if (Files.exists(NAMESPACES.resolve(namespace))) {
            commands.run("ip", "netns", "delete", namespace);
        }
        for (int i = 0; i < vm.interfaces().size(); i++) {
            String host = Names.hostInterface(vm.cid(), i);
            // The kernel takes the cable down with the namespace, a moment later.
            if (Files.exists(INTERFACES.resolve(host))) {
                commands.attempt("ip", "link", "delete", host);
            }
        }
    }

    static Path namespacePath(String vmCid) {
        return NAMESPACES.resolve(Names.networkNamespace(vmCid));
    }

    /** Removes all bridges and the table. */
    void removeAll() {
        try (var held = locks.network()) {
            for (BridgeRecord bridge : bridges()) {
                takeDown(bridge.name());
            }
            firewall.remove();
        }
    }

    /** Putting it up is the last step: a bridge that is up has all that belongs to it. */
    private void ensureBridge(BridgeRecord bridge) {
        Path file = layout.bridges().resolve(bridge.name() + ".json");
        var known = Records.read(file, BridgeRecord.class);
        var wanted = bridge.with(known.map(BridgeRecord::networks).orElse(Set.of()));
        if (isUp(bridge.name()) && known.equals(Optional.of(wanted))) {
            return;
        }
        steps.reached("bridge record");
        Records.write(file, wanted);
        steps.reached("table");
        forwardPackets();
        writeRules(Optional.empty());
        if (isUp(bridge.name())) {
            return;
        }
        takeDown(bridge.name());
        steps.reached("bridge");
        // Without an address of IPv6, which VMs have not either.
        commands.run(
                Commands.QUICK,
                "link add " + bridge.name() + " type bridge forward_delay 0\n" + "link set " + bridge.name()
                        + " addrgenmode none\n" + "addr add " + bridge.gateway() + "/" + bridge.prefixLength() + " dev "
                        + bridge.name() + "\n",
                List.of("ip", "-batch", "-"));
        steps.reached("bridge up");
        commands.run("ip", "link", "set", bridge.name(), "up");
    }

    private void takeDown(String bridge) {
        if (Files.exists(INTERFACES.resolve(bridge))) {
            commands.run("ip", "link", "delete", bridge);
        }
    }

    private static boolean isUp(String link) {
        try {
            Path flags = INTERFACES.resolve(link).resolve("flags");
            return Files.exists(flags)
                    && (Integer.decode(Files.readString(flags).strip()) & INTERFACE_UP) != 0;
        } catch (IOException gone) {
            return false;
        }
    }

    private static void forwardPackets() {
        try {
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot let packets through this machine (net.ipv4.ip_forward)", refused);
        }
    }

    /** @param gone a VM that is on its way out */
    private void writeRules(Optional<String> gone) {
        var vms = new ArrayList<VmRecord>();
        for (String cid : Records.names(layout.vms())) {
            if (Names.isVmCid(cid) && !gone.equals(Optional.of(cid))) {
                Records.read(layout.vmRecord(cid), VmRecord.class)
                        .filter(vm -> vm.phase() != VmRecord.Phase.DELETING)
                        .ifPresent(vms::add);
            }
        }
        firewall.write(bridges(), vms, directorPorts());
    }

    private List<BridgeRecord> bridges() {
        var found = new ArrayList<BridgeRecord>();
        for (String file : Records.names(layout.bridges())) {
            if (file.endsWith(".json") && !file.startsWith(".")) {
                Records.read(layout.bridges().resolve(file), BridgeRecord.class).ifPresent(found::add);
            }
        }
        return found;
    }

    private BridgeRecord bridgeOf(VmNetwork network) {
        return bridgeOf(network.ip(), network.prefixLength(), network.gateway(), Set.of(network.name()));
    }

    /** @param address any of the subnet */
    private BridgeRecord bridgeOf(String address, int prefixLength, String gateway, Set<String> networks) {
        String cidr = cidr(address, prefixLength);
        return new BridgeRecord(names.bridge(cidr), cidr, gateway, prefixLength, networks);
    }

    private static String cidr(String address, int prefixLength) {
        long base = number(address) & -(1L << (32 - prefixLength));
        return (base >> 24 & 255) + "." + (base >> 16 & 255) + "." + (base >> 8 & 255) + "." + (base & 255) + "/"
                + prefixLength;
    }

    /** Follows from the address, so that neighbours need not learn anew when a VM is replaced. */
    static String mac(String address) {
        long value = number(address);
        return String.format(
                "02:53:%02x:%02x:%02x:%02x", value >> 24 & 255, value >> 16 & 255, value >> 8 & 255, value & 255);
    }

    private static long number(String address) {
        long value = 0;
        for (String part : address.split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }
}
