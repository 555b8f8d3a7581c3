package io.slipway.cpi.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** The smallest root file system that boots: this machine's shell and sleep with their libraries, and an init. */
final class TinyStemcell {
    private static final List<Path> PROGRAMS = List.of(Path.of("/bin/sh"), Path.of("/bin/sleep"));
    private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");

    /** A shell as the first process has to say that it wants to hear of the request to end. */
    private static final String INIT = """
            trap 'exit 0' TERM
            while :; do
              sleep 1000 &
              wait
            done
            """;

    private TinyStemcell() {}

    /** Packs the image into the directory and returns it. */
    static Path in(Path directory) throws IOException {
        var commands = new Commands();
        var root = directory.resolve("rootfs");
        for (String folder : List.of("bin", "etc/slipway", "var/vcap", "tmp")) {
            Files.createDirectories(root.resolve(folder));
        }
        for (Path file : withLibraries(commands)) {
            var target = root.resolve(file.toString().substring(1));
            Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
            commands.run("cp", "--dereference", file.toString(), target.toString());
        }
        Files.writeString(root.resolve("etc/slipway/init"), "/bin/sh\n/init\n");
        Files.writeString(root.resolve("init"), INIT);
        var image = directory.resolve("image");
        commands.run("tar", "--create", "--gzip", "--file", image.toString(), "--directory", root.toString(), ".");
        return image;
    }

    private static LinkedHashSet<Path> withLibraries(Commands commands) {
        var files = new LinkedHashSet<Path>(PROGRAMS);
        for (Path program : PROGRAMS) {
            var found = LIBRARY.matcher(commands.run("ldd", program.toString()));
            while (found.find()) {
                files.add(Path.of(found.group(1)));
            }
        }
        return files;
    }
}
