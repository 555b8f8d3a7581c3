package io.slipway.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** A machine beside this one, on a network that both are on and no VM is: what VMs call when they call outside. */
public final class Neighbour implements AutoCloseable {
    private final String name = "swn" + ThreadLocalRandom.current().nextInt(1 << 24);
    private final String network = "198.19." + ThreadLocalRandom.current().nextInt(256) + ".";
    private final Place place = new Place(name);

    public Neighbour() {
        for (List<String> command : List.of(
                List.of("ip", "netns", "add", name),
                List.of("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name),
                List.of("ip", "addr", "add", ofThisMachine() + "/24", "dev", name),
                List.of("ip", "link", "set", name, "up"))) {
            run(command).mustSucceed();
        }
        place.ip("addr", "add", address() + "/24", "dev", "eth0");
        place.ip("link", "set", "eth0", "up");
        place.ip("link", "set", "lo", "up");
        // To whatever else this machine may lead to.
        place.ip("route", "add", "default", "via", ofThisMachine());
    }

    public Place place() {
        return place;
    }

    public String address() {
        return network + 2;
    }

    /** This machine's address on their network. */
    public String ofThisMachine() {
        return network + 1;
    }

    @Override
    public void close() {
        run(List.of("ip", "netns", "delete", name));
        run(List.of("ip", "link", "delete", name));
    }

    private static Outcome run(List<String> command) {
        return Programs.run(Path.of("/"), Map.of(), 30, command);
    }
}
