package io.slipway.cpi.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The least that boots as a VM of the local CPI: this machine's shell and sleep, the libraries that they need, and an
 * init that ends when it is asked to. Has no agent.
 */
final class TinyStemcell {
    private static final List<String> PROGRAMS = List.of("/bin/sh", "/bin/sleep");
    private static final String INIT = """
            #!/bin/sh
            trap 'exit 0' TERM
            while :; do sleep 1000 & wait $!; done
            """;

    private TinyStemcell() {}

    private static byte @Nullable [] packed;

    /** The image in this directory; it is packed once for all tests of a JVM. */
    static synchronized Path in(Path directory) throws IOException {
        if (packed == null) {
            packed = Files.readAllBytes(build(Files.createTempDirectory(directory, "packing")));
        }
        return Files.write(directory.resolve("tiny-stemcell.tgz"), packed);
    }

    private static Path build(Path directory) throws IOException {
        var commands = new Commands();
        Path root = Files.createDirectories(directory.resolve("tiny-root"));
        for (String file : files(commands)) {
            // Where the file is a link, as the loader and all of a merged /usr are, what it leads to is copied.
            Path target = root.resolve(file.substring(1));
            Files.createDirectories(target.getParent());
            Files.copy(Path.of(file).toRealPath(), target);
        }
        for (String folder : List.of("proc", "sys", "dev", "run", "tmp", "var/vcap/data", "etc/slipway")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.writeString(root.resolve("etc/slipway/init"), "/bin/sh\n/init\n");
        Files.writeString(root.resolve("init"), INIT);
        commands.run("chmod", "-R", "0755", root.toString());
        Path image = directory.resolve("tiny-stemcell.tgz");
        commands.run(
                Commands.LONG,
                "",
                List.of("tar", "--create", "--gzip", "--file", image.toString(), "--directory", root.toString(), "."));
        return image;
    }

    private static Set<String> files(Commands commands) {
        var files = new TreeSet<String>(PROGRAMS);
        for (String program : PROGRAMS) {
            for (String line : commands.run(Duration.ofSeconds(10), "", List.of("ldd", program))
                    .lines()
                    .toList()) {
                files.addAll(paths(line));
            }
        }
        return files;
    }

    /** A line of ldd is {@code name => path (address)}, or {@code path (address)}. */
    private static List<String> paths(String line) {
        var paths = new ArrayList<String>();
        for (String word : line.strip().split("\\s+")) {
            if (word.startsWith("/")) {
                paths.add(word);
            }
        }
        return paths;
    }
}
