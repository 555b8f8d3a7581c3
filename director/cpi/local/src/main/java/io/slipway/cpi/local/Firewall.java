package io.slipway.cpi.local;

import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.local.Networks.BridgeRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Keeps VMs, this machine and its neighbours apart, by two nftables tables of this director's own that judge its own
 * bridges and nothing else.
 *
 * <p>VMs reach each other within a network, and others by this machine's address. This machine reaches VMs; they reach of it
 * the director's ports and name servers. Nobody else reaches VMs, but for answers. On its bridge a VM sends from the
 * addresses that are its own: no VM takes what another has, or a gateway; one that says which addresses it sends from
 * ({@link VmRecord#allowedAddresses}) sends from no others.
 */
final class Firewall {
    private final Commands commands;
    private final Names names;

    Firewall(Commands commands, Names names) {
        this.commands = commands;
        this.names = names;
    }

    /** Puts the rules for these bridges and VMs in place of those before, all at once. */
    void write(List<BridgeRecord> bridges, List<VmRecord> vms, Collection<Integer> directorPorts) {
        var rules = new StringBuilder(removal("ip") + removal("inet") + removal("bridge"));
        between(rules, bridges, directorPorts);
        within(rules, bridges, vms);
        commands.run(Commands.QUICK, rules.toString(), List.of("nft", "-f", "-"));
    }

    /** Removes all rules; absent is success. The table of family ip is an earlier director's. */
    void remove() {
        commands.run(Commands.QUICK, removal("ip") + removal("inet") + removal("bridge"), List.of("nft", "-f", "-"));
    }

    /** A table that is not there is made first, because it can be removed then. */
    private String removal(String family) {
        String table = "table " + family + " " + names.table() + "\n";
        return table + "delete " + table;
    }

    /** What passes between bridges, this machine and others. */
    private void between(StringBuilder rules, List<BridgeRecord> bridges, Collection<Integer> directorPorts) {
        var own = bridges.stream().map(bridge -> quoted(bridge.name())).toList();
        var tcp = new TreeSet<>(directorPorts);
        tcp.add(53);
        rules.append("table inet ").append(names.table()).append(" {\n");
        set(rules, "bridges", "ifname", "", own);
        set(
                rules,
                "same",
                "ifname . ifname",
                "",
                own.stream().map(one -> one + " . " + one).toList());
        set(rules, "neighbours", "ifname . ifname", "", neighbours(bridges));
        // Addresses of pods and the like stay within a network. What a cloud tells its machines at a link-local address
        // is
        // not for VMs, its name server is.
        rules.append("  chain from_vms {\n    meta nfproto ipv6 drop\n");
        for (BridgeRecord bridge : bridges) {
            rules.append("    iifname " + quoted(bridge.name()) + " ip saddr != " + bridge.cidr() + " drop\n");
        }
        rules.append("""
                    ip daddr 169.254.0.0/16 meta l4proto != { tcp, udp } drop
                    ip daddr 169.254.0.0/16 th dport != 53 drop
                  }
                  chain input {
                    type filter hook input priority filter; policy accept;
                    iifname != @bridges accept
                    jump from_vms
                    ct state established,related accept
                    icmp type echo-request accept
                    tcp dport { %s } accept
                    udp dport 53 accept
                    drop
                  }
                  chain forward {
                    type filter hook forward priority filter; policy accept;
                    iifname . oifname @same accept
                    iifname @bridges jump from_vms
                    iifname . oifname @neighbours accept
                    oifname @bridges ct state established,related accept
                    oifname @bridges drop
                  }
                  chain out {
                    type nat hook postrouting priority srcnat; policy accept;
                """.formatted(tcp.stream().map(String::valueOf).collect(Collectors.joining(", "))));
        for (BridgeRecord bridge : bridges) {
            rules.append("    ip saddr " + bridge.cidr() + " oifname != @bridges masquerade\n");
        }
        rules.append("  }\n}\n");
    }

    /** Pairs of bridges that are subnets of one network. */
    private static List<String> neighbours(List<BridgeRecord> bridges) {
        var pairs = new ArrayList<String>();
        for (BridgeRecord one : bridges) {
            for (BridgeRecord other : bridges) {
                if (!one.name().equals(other.name()) && one.networks().stream().anyMatch(other.networks()::contains)) {
                    pairs.add(quoted(one.name()) + " . " + quoted(other.name()));
                }
            }
        }
        return pairs;
    }

    /** What VMs send on their bridges. */
    private void within(StringBuilder rules, List<BridgeRecord> bridges, List<VmRecord> vms) {
        var cables = new Cables();
        bridges.stream()
                .map(BridgeRecord::gateway)
                .filter(one -> !one.isEmpty())
                .forEach(cables.taken::add);
        vms.forEach(cables::add);
        rules.append("table bridge ").append(names.table()).append(" {\n");
        set(rules, "ports", "ifname", "", cables.ports);
        set(rules, "macs", "ifname . ether_addr", "", cables.macs);
        set(rules, "own", "ifname . ipv4_addr", "", cables.own);
        set(rules, "taken", "ipv4_addr", "", cables.taken);
        set(rules, "ranges", "ifname . ipv4_addr", "flags interval; ", cables.ranges);
        set(rules, "held", "ifname", "", cables.held);
        rules.append("""
                  chain prerouting {
                    type filter hook prerouting priority filter; policy accept;
                    iifname @ports jump from_vm
                  }
                  chain from_vm {
                    iifname . ether saddr != @macs drop
                    ether type arp goto arps
                    ether type ip goto packets
                    drop
                  }
                  chain arps {
                    arp htype != 1 drop
                    arp plen != 4 drop
                    iifname . arp saddr ether != @macs drop
                    arp saddr ip 0.0.0.0 accept
                    iifname . arp saddr ip @own accept
                    arp saddr ip @taken drop
                    iifname . arp saddr ip @ranges accept
                    iifname @held drop
                  }
                  chain packets {
                    iifname . ip saddr @own accept
                    ip saddr @taken drop
                    iifname . ip saddr @ranges accept
                    iifname @held drop
                  }
                }
                """);
    }

    /** Elements of the sets by which frames are judged. */
    private static final class Cables {
        private final List<String> ports = new ArrayList<>();
        private final List<String> macs = new ArrayList<>();
        private final List<String> own = new ArrayList<>();
        private final Set<String> taken = new LinkedHashSet<>();
        private final List<String> ranges = new ArrayList<>();
        private final List<String> held = new ArrayList<>();

        void add(VmRecord vm) {
            var interfaces = vm.interfaces();
            var addresses = new LinkedHashSet<String>();
            interfaces.forEach(network -> addresses.add(network.ip()));
            var allowed = vm.allowedAddresses();
            if (allowed != null) {
                allowed.stream().filter(one -> !one.contains("/")).forEach(addresses::add);
            }
            taken.addAll(addresses);
            for (int i = 0; i < interfaces.size(); i++) {
                VmNetwork network = interfaces.get(i);
                String port = quoted(Names.hostInterface(vm.cid(), i));
                ports.add(port);
                macs.add(port + " . " + Networks.mac(network.ip()));
                addresses.forEach(address -> own.add(port + " . " + address));
                if (allowed != null) {
                    held.add(port);
                    allowed.stream().filter(one -> one.contains("/")).forEach(one -> ranges.add(port + " . " + one));
                }
            }
        }
    }

    private static void set(StringBuilder rules, String name, String type, String flags, Collection<String> elements) {
        rules.append("  set " + name + " { type " + type + "; " + flags);
        if (!elements.isEmpty()) {
            rules.append("elements = { " + String.join(", ", elements) + " }");
        }
        rules.append(" }\n");
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
