package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The ports of several directors on one machine: each has three, ten above those of the one before; PostgreSQL has one.
 *
 * @param port of the first one's API
 * @param agentPort that agents connect to, at the first one
 */
record GroupPorts(int port, int agentPort, int count) {
    private static final int STEP = 10;

    GroupPorts {
        var all = new ArrayList<Integer>();
        for (int number = 1; number <= count; number++) {
            all.addAll(List.of(
                    port + STEP * (number - 1), agentPort + STEP * (number - 1), port + 2 + STEP * (number - 1)));
        }
        all.add(port + 3);
        if (new HashSet<>(all).size() < all.size()) {
            throw new CliException(count + " directors need ports of their own, and with --port " + port
                    + " and --agent-port " + agentPort + " these would be " + all
                    + ": choose ports that lie apart, such as 25555 and 25556");
        }
    }

    int api(int number) {
        return port + STEP * (number - 1);
    }

    int agents(int number) {
        return agentPort + STEP * (number - 1);
    }

    /** On which other directors reach it. */
    int cluster(int number) {
        return port + 2 + STEP * (number - 1);
    }

    int postgresql() {
        return port + 3;
    }

    /** All of them that begin with this director's number; PostgreSQL's is with the first. */
    List<Integer> of(int number) {
        List<Integer> ports = new ArrayList<>(List.of(api(number), agents(number), cluster(number)));
        if (number == 1) {
            ports.add(postgresql());
        }
        return ports;
    }
}
