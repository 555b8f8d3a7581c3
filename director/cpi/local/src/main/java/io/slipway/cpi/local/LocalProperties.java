package io.slipway.cpi.local;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code cpi.properties} says of the local CPI, checked. Both are for several directors that have the VMs of one
 * machine in common; one alone needs neither.
 *
 * @param directory {@code directory}: where VMs and disks are, the same for all that share them; the data directory's
 *     own without it
 * @param directorPorts {@code director_ports}: on which ports of this machine VMs reach the directors, all of them,
 *     because each writes the rules of the packet filter for all
 */
record LocalProperties(Path directory, Set<Integer> directorPorts) {
    private static final String DIRECTORY = "directory";
    private static final String DIRECTOR_PORTS = "director_ports";
    private static final int LAST_PORT = 65535;

    static LocalProperties read(Map<String, Object> properties, Path usual) {
        var unknown = new TreeSet<>(properties.keySet());
        unknown.removeAll(Set.of(DIRECTORY, DIRECTOR_PORTS));
        if (!unknown.isEmpty()) {
            throw refused("the local CPI has the properties " + DIRECTORY + " and " + DIRECTOR_PORTS + " alone, and "
                    + unknown + " are given");
        }
        return new LocalProperties(directory(properties, usual), ports(properties));
    }

    private static Path directory(Map<String, Object> properties, Path usual) {
        if (!properties.containsKey(DIRECTORY)) {
            return usual;
        }
        if (properties.get(DIRECTORY) instanceof String text
                && !text.contains("\0")
                && Path.of(text).isAbsolute()) {
            return requireOwn(Path.of(text));
        }
        throw refused("cpi.properties." + DIRECTORY + " is '" + properties.get(DIRECTORY)
                + "', and must be an absolute path, the same for all directors that share it");
    }

    /** The CPI closes its directory to others: one that others use must not become it by mistake. */
    private static Path requireOwn(Path directory) {
        try {
            if (Files.exists(directory) && Modes.isOpen(directory)) {
                throw refused("cpi.properties." + DIRECTORY + " is '" + directory
                        + "', which others than its owner can use: expected a folder of the directors' own");
            }
            return directory;
        } catch (IOException unreadable) {
            throw refused(
                    "cpi.properties." + DIRECTORY + " '" + directory + "' cannot be used: " + unreadable.getMessage());
        }
    }

    private static Set<Integer> ports(Map<String, Object> properties) {
        var ports = new HashSet<Integer>();
        Object given = properties.getOrDefault(DIRECTOR_PORTS, List.of());
        for (Object port : given instanceof List<?> list ? list : List.of("no list")) {
            if (!(port instanceof Integer number) || number < 1 || number > LAST_PORT) {
                throw refused("cpi.properties." + DIRECTOR_PORTS + " is '" + given
                        + "', and must be a list of ports from 1 to " + LAST_PORT);
            }
            ports.add(number);
        }
        return Set.copyOf(ports);
    }

    private static CpiException refused(String why) {
        return new CpiException(new CpiFailure.InvalidRequest(why));
    }
}
