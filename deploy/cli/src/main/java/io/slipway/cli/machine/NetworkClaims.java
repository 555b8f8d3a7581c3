package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

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
        return Subnet.choose(routes, second -> otherOwner(second, owner).isPresent());
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
            otherOwner(second, owner).ifPresent(other -> {
                throw new CliException("the network of the VMs in " + owner + ", " + Subnet.range(second)
                        + ", was taken by those in " + other + ": run 'slipway down --purge --data-dir " + other
                        + "', or use that one");
            });
            return Files.writeString(file(second), owner.toString());
        });
    }

    /** Gives back what this data folder has. */
    void release(Path owner) {
        locked(() -> {
            for (int second : Subnet.seconds()) {
                if (owner(second).equals(Optional.of(owner))) {
                    Files.delete(file(second));
                }
            }
            return owner;
        });
    }

    /** Who has it in the place of this data folder. */
    private Optional<Path> otherOwner(int second, Path owner) {
        return owner(second).filter(other -> !other.equals(owner)).filter(Files::isDirectory);
    }

    private Optional<Path> owner(int second) {
        try {
            String owner = Files.exists(file(second)) ? Files.readString(file(second)) : "";
            return Optional.of(owner).filter(name -> !name.isBlank()).map(Path::of);
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    private Path file(int second) {
        return folder.resolve(Integer.toString(second));
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(Work<T> work) {
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
