package io.slipway.agent.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of a resolv.conf. */
record ResolvConf(List<String> lines) {

    static ResolvConf read(Path file) throws IOException {
        return new ResolvConf(Files.exists(file) ? Files.readAllLines(file) : List.of());
    }

    List<String> nameServers() {
        return lines.stream()
                .flatMap(line -> nameServer(line).stream())
                .distinct()
                .toList();
    }

    /**
     * With this name server before all others; the others stay, for when it does not answer. Where it is named already,
     * at whatever place, nothing changes: BOSH DNS' release may have put itself first.
     */
    ResolvConf withFirst(String server) {
        if (nameServers().contains(server)) {
            return this;
        }
        var changed = new ArrayList<String>();
        changed.add("nameserver " + server);
        changed.addAll(lines);
        return new ResolvConf(List.copyOf(changed));
    }

    /** Readers see the old file or the new one, whole; in place only where the file is a mount of its own. */
    void write(Path file) throws IOException {
        if (lines.equals(read(file).lines())) {
            return;
        }
        var temporary = file.resolveSibling(".resolv.conf.slipway");
        Files.write(temporary, lines);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException mounted) {
            Files.deleteIfExists(temporary);
            Files.write(file, lines);
        }
    }

    private static Optional<String> nameServer(String line) {
        var words = line.strip().split("\\s+");
        return words.length >= 2 && words[0].equals("nameserver") ? Optional.of(words[1]) : Optional.empty();
    }
}
