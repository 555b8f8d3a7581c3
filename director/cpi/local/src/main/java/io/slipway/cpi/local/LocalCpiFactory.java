package io.slipway.cpi.local;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.CpiFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes the local CPI, on a machine that can carry it. */
public final class LocalCpiFactory implements CpiFactory {
    private static final List<String> TOOLS =
            List.of("runc", "ip", "nft", "losetup", "mount", "umount", "tar", "mknod", "cp", "rm");

    @Override
    public String name() {
        return "local";
    }

    @Override
    public Cpi create(
            String directorUuid, Path dataDirectory, Map<String, Object> properties, Set<Integer> directorPorts) {
        var read = LocalProperties.read(properties, dataDirectory);
        var cpi = open(directorUuid, read.directory());
        var ports = new TreeSet<>(read.directorPorts());
        ports.addAll(directorPorts);
        cpi.directorPorts(ports);
        return cpi;
    }

    @Override
    public Cpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties) {
        return open(
                directorUuid, LocalProperties.read(properties, dataDirectory).directory());
    }

    private static LocalCpi open(String directorUuid, Path directory) {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            throw refused("the local CPI needs Linux");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw refused("the local CPI needs root: it makes namespaces, mounts and control groups");
        }
        var missing = new ArrayList<String>();
        for (String tool : TOOLS) {
            if (!isOnPath(tool)) {
                missing.add(tool);
            }
        }
        if (!missing.isEmpty()) {
            throw refused("the local CPI needs " + String.join(", ", missing)
                    + ": install them, on Debian with 'apt-get install runc iproute2 nftables util-linux tar'");
        }
        try {
            Modes.privateFolder(directory);
            if (Files.getFileStore(directory).type().equals("overlay")) {
                throw refused(directory + " is on an overlay file system, where VMs' own overlays cannot be: choose"
                        + " another data directory");
            }
        } catch (IOException unreadable) {
            throw refused(directory + " cannot be used: " + unreadable.getMessage());
        }
        return new LocalCpi(directorUuid, directory, Steps.SILENT);
    }

    private static boolean isOnPath(String tool) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
        for (String folder : path.split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }

    private static CpiException refused(String why) {
        return new CpiException(new CpiFailure.InvalidRequest(why));
    }
}
