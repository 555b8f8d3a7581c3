package io.slipway.cpi.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Mounts of this machine. */
final class Mounts {
    private static final int LOOP_MAJOR = 7;
    private static final Path MOUNT_TABLE = Path.of("/proc/self/mountinfo");

    private final Commands commands;

    Mounts(Commands commands) {
        this.commands = commands;
    }

    /** Mounts an overlay that no other mount namespace hears of. */
    void overlay(Path lower, Path upper, Path work, Path target) {
        commands.run(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work,
                "--make-private",
                target.toString());
    }

    /** Mount points at or below a directory, outermost first. */
    static List<Path> below(Path directory) {
        var found = new ArrayList<Path>();
        try {
            for (String line : Files.readAllLines(MOUNT_TABLE)) {
                var mountPoint = Path.of(unescape(line.split(" ", 6)[4]));
                if (mountPoint.startsWith(directory)) {
                    found.add(mountPoint);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Where a process has mounted a loop device, as a path of this machine; the first place where there are several. */
    static Optional<Path> ofLoopDevice(long pid, int number) {
        Path table = Path.of("/proc/" + pid + "/mountinfo");
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> line.split(" ", 6))
                    .filter(fields -> fields[2].equals(LOOP_MAJOR + ":" + number))
                    .map(fields -> Path.of("/proc/" + pid + "/root" + unescape(fields[4])))
                    .findFirst();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Unmounts all there is at or below a directory. */
    void unmountBelow(Path directory) {
        var mountPoints = below(directory);
        Collections.reverse(mountPoints);
        for (Path mountPoint : mountPoints) {
            if (!commands.attempt("umount", mountPoint.toString()).succeeded()) {
                commands.run("umount", "--lazy", mountPoint.toString());
            }
        }
    }

    /** The mount table writes blanks and the like as three octal digits. */
    private static String unescape(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 3 < text.length()) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
