package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Chooses the addresses of the VMs' network: the first of a few ranges that is nobody's. */
final class Subnet {
    /** What the cloud config in deploy/configs is written for. */
    static final int USUAL = 144;

    private static final int LAST = 159;
    private static final int TEN = 10 << 24;
    private static final int MASK_20 = 0xFFFFF000;

    private Subnet() {}

    /** The second number of a 10.n.0.0/20 that this machine has no route into and that is not taken. */
    static int choose(List<String> routes, IntPredicate isTaken) {
        for (int second : seconds()) {
            if (!isTaken.test(second) && isFree(TEN | second << 16, routes)) {
                return second;
            }
        }
        throw new CliException("no network is free for VMs: all of " + range(USUAL) + " to " + range(LAST)
                + " belong to other installations, or this machine has routes into them");
    }

    /** All that there are to choose from, in their order. */
    static List<Integer> seconds() {
        return IntStream.rangeClosed(USUAL, LAST).boxed().toList();
    }

    static String range(int second) {
        return "10." + second + ".0.0/20";
    }

    static String gateway(int second) {
        return "10." + second + ".0.1";
    }

    /** The second number of the network with this gateway, where it is one of ours. */
    static Optional<Integer> ofGateway(String gateway) {
        return seconds().stream()
                .filter(second -> gateway(second).equals(gateway))
                .findFirst();
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
}
