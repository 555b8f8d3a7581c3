package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of the networks that 'up' chooses from is whose, on this machine: routes tell only of networks that have VMs now.
 * A file for each, named by the network's second number, says the data folder; it counts as long as that folder is there.
 */
final class NetworkClaims {
    private final Path folder;

    NetworkClaims(Path runFolder) {
        folder = runFolder.resolve("networks");
    }

    /** The second number of a network that is free for this data folder, or is its own already. */
    int find(List<String> routes, Path owner) {
        return Subnet.choose(routes, takenByOthers(owner));
    }

    /** As {@link #find}, and from now on it is this data folder's. */
    int claim(List<String> routes, Path owner) {
        return locked(() -> {
            int second = find(routes, owner);
            Files.writeString(file(second), owner.toString());
            return second;
        });
    }

    /** Claims again what a data folder has had for long, such as after the machine was started anew. */
    void renew(int second, Path owner) {
        locked(() -> {
            Path other = ownerOf(second);
            if (!other.equals(owner) && Files.isDirectory(other)) {
                throw new CliException("the network of the VMs in " + owner + ", 10." + second
                        + ".0.0/20, was taken by those in " + other + ": run 'slipway down --purge --data-dir " + other
                        + "', or use that one");
            }
            Files.writeString(file(second), owner.toString());
            return second;
        });
    }

    /** Gives back what this data folder has. */
    void release(Path owner) {
        locked(() -> {
            for (int second : Subnet.seconds()) {
                if (ownerOf(second).equals(owner)) {
                    Files.deleteIfExists(file(second));
                }
            }
            return 0;
        });
    }

    private Set<Integer> takenByOthers(Path owner) {
        var taken = new HashSet<Integer>();
        for (int second : Subnet.seconds()) {
            Path other = ownerOf(second);
            if (!other.equals(owner) && Files.isDirectory(other)) {
                taken.add(second);
            }
        }
        return taken;
    }

    /** A folder that is not there, where nobody claims it. */
    private Path ownerOf(int second) {
        try {
            String owner = Files.exists(file(second)) ? Files.readString(file(second)) : "";
            return Path.of(owner.isBlank() ? "/nobody" : owner);
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    private Path file(int second) {
        return folder.resolve(Integer.toString(second));
    }

    @FunctionalInterface
    private interface Work {
        int run() throws IOException;
    }

    private int locked(Work work) {
        try {
            Files.createDirectories(folder);
            try (var channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                return work.run();
            }
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    private CliException unusable(IOException failure) {
        return new CliException("the folder " + folder + " cannot be used: " + failure.getMessage(), failure);
    }
}
