package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import io.slipway.cli.output.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Programs that the local infrastructure and the builders call, and the Debian packages that have them. */
final class HostPrograms {
    private static final Map<String, String> PACKAGES = new LinkedHashMap<>();

    static {
        PACKAGES.put("runc", "runc");
        PACKAGES.put("nft", "nftables");
        PACKAGES.put("ip", "iproute2");
        PACKAGES.put("debootstrap", "debootstrap");
        PACKAGES.put("losetup", "mount");
        PACKAGES.put("mkfs.ext4", "e2fsprogs");
        PACKAGES.put("setsid", "util-linux");
        PACKAGES.put("tar", "tar");
        PACKAGES.put("xz", "xz-utils");
        PACKAGES.put("python3", "python3");
    }

    private HostPrograms() {}

    static List<String> missingPackages(Machine machine) {
        var missing = new TreeSet<String>();
        PACKAGES.forEach((program, debianPackage) -> {
            if (!machine.hasProgram(program)) {
                missing.add(debianPackage);
            }
        });
        return List.copyOf(missing);
    }

    /**
     * Installs PostgreSQL without the database cluster that Debian's package makes and starts by itself: directors get one
     * of their own.
     */
    static void installPostgresql(Machine machine, Path logs, Progress.Step step) {
        Path folder = Path.of("/etc/postgresql-common/createcluster.d");
        Path setting = folder.resolve("slipway.conf");
        try {
            Files.createDirectories(folder);
            Files.writeString(setting, "create_main_cluster = false\n");
            try {
                install(machine, List.of(LocalPostgresql.PACKAGE), logs, step);
            } finally {
                // Who installs another version later gets what Debian gives.
                Files.delete(setting);
            }
        } catch (IOException failure) {
            throw new CliException(setting + " cannot be used: " + failure.getMessage(), failure);
        }
    }

    /** Installs packages where apt-get is; elsewhere says which programs are missing. */
    static void install(Machine machine, List<String> packages, Path logs, Progress.Step step) {
        if (!machine.hasProgram("apt-get")) {
            throw new CliException("programs are missing: install the packages " + String.join(", ", packages)
                    + " (by their Debian names) and run this again");
        }
        Path log = logs.resolve("apt-get.log");
        List<String> install = new ArrayList<>(List.of(
                "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends"));
        install.addAll(packages);
        try {
            new Script(install, Path.of("/"), log).run(step);
        } catch (CliException staleLists) {
            new Script(List.of("apt-get", "update"), Path.of("/"), log).run(step);
            new Script(install, Path.of("/"), log).run(step);
        }
    }
}
