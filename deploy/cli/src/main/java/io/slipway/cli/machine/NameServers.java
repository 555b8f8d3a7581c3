package io.slipway.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads resolv.conf(5). */
final class NameServers {
    private static final int MOST = 3;

    private NameServers() {}

    /** Its IPv4 name servers, without those of the loopback, three at most; none where there is no such file. */
    static List<String> read(Path resolvConf) {
        try {
            return Files.readAllLines(resolvConf).stream()
                    .map(line -> List.of(line.strip().split("\\s+")))
                    .filter(words -> words.size() >= 2 && words.get(0).equals("nameserver"))
                    .map(words -> words.get(1))
                    .filter(address -> address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") && !address.startsWith("127."))
                    .distinct()
                    .limit(MOST)
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
