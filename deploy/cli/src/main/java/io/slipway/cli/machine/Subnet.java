package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.util.ArrayList;
import java.util.List;

/** Chooses the addresses of the VMs' network: the first of a few ranges that this machine has no route into. */
final class Subnet {
    /** What the cloud config in deploy/configs is written for. */
    static final int USUAL = 144;

    private static final int LAST = 159;
    private static final int TEN = 10 << 24;
    private static final int MASK_20 = 0xFFFFF000;

    private Subnet() {}

    /** The second number of a free 10.n.0.0/20. */
    static int choose(List<String> routes) {
        for (int second = USUAL; second <= LAST; second++) {
            if (isFree(TEN | second << 16, routes)) {
                return second;
            }
        }
        throw new CliException("no network is free for VMs: this machine has routes into all of 10." + USUAL
                + ".0.0/20 to 10." + LAST + ".0.0/20");
    }

    static String gateway(int second) {
        return "10." + second + ".0.1";
    }

    /**
     * The cloud config with its addresses moved to the chosen network, and with these name servers where there are
     * any.
     */
    static String cloudConfig(String template, int second, List<String> nameServers) {
        String dns = nameServers.isEmpty() ? gateway(second) : String.join(", ", nameServers);
        return template.replace("dns: [" + gateway(USUAL) + "]", "dns: [" + dns + "]")
                .replace("10." + USUAL + ".", "10." + second + ".");
    }

    private static boolean isFree(int network, List<String> routes) {
        for (String line : routes) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.size() < 8 || !fields.get(1).matches("[0-9A-Fa-f]{8}")) {
                continue;
            }
            int destination = Integer.reverseBytes(Integer.parseUnsignedInt(fields.get(1), 16));
            int mask = Integer.reverseBytes(Integer.parseUnsignedInt(fields.get(7), 16));
            int common = mask & MASK_20;
            if (mask != 0 && (destination & common) == (network & common)) {
                return false;
            }
        }
        return true;
    }

    /** For messages: all ranges that are tried. */
    static List<String> candidates() {
        List<String> ranges = new ArrayList<>();
        for (int second = USUAL; second <= LAST; second++) {
            ranges.add("10." + second + ".0.0/20");
        }
        return ranges;
    }
}
