package io.slipway.agent.archive;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/**
 * Tar archives, by the system's tar. An archive that reaches outside the folder it is unpacked into is refused as a
 * whole: GNU tar writes nothing outside by itself, and what it says about such members is taken as the refusal.
 */
public final class Tarball {
    private Tarball() {}

    /** Unpacks into a folder that appears complete or not at all; replaces what was there. */
    public static void unpack(Path archive, Path folder) throws CommandFailure, IOException, InterruptedException {
        var parent = Objects.requireNonNull(folder.getParent());
        Files.createDirectories(parent);
        var temporary = parent.resolve("." + folder.getFileName() + ".unpacking");
        Folders.deleteTree(temporary);
        Files.createDirectory(temporary);
        try {
            extract(archive, temporary);
            Folders.deleteTree(folder);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.deleteTree(temporary);
        }
    }

    private static void extract(Path archive, Path into) throws CommandFailure, IOException, InterruptedException {
        var finished = Program.of("tar", "-x", "-f", archive.toString(), "-C", into.toString(), "--no-same-owner", "-p")
                .with("LC_ALL", "C")
                .run();
        var complaints = finished.stderr();
        var isEscaping = complaints.contains("Removing leading") || complaints.contains("contains '..'");
        if (finished.exitCode() != 0 || isEscaping) {
            throw new CommandFailure(
                    Failure.Code.INVALID,
                    (isEscaping ? "archive refused, a member's path leads out of it: " : "archive cannot be unpacked: ")
                            + archive.getFileName(),
                    complaints);
        }
    }

    /** Packs the content of a folder, compressed by gzip: quickly rather than small, as VMs wait for it. */
    public static void pack(Path folder, Path archive) throws IOException, InterruptedException {
        pack(folder, List.of("."), archive);
    }

    /** Packs these members of a folder. */
    public static void pack(Path folder, List<String> members, Path archive) throws IOException, InterruptedException {
        var list = Files.createTempFile(Objects.requireNonNull(archive.getParent()), "members", "");
        try {
            Files.writeString(list, String.join("\0", members));
            var finished = Program.of(
                            "tar",
                            "-c",
                            "--use-compress-program=gzip -1",
                            "-f",
                            archive.toString(),
                            "-C",
                            folder.toString(),
                            "--null",
                            "--files-from",
                            list.toString())
                    .with("LC_ALL", "C")
                    .run();
            // 1: a file changed while it was read, which is the nature of logs
            if (finished.exitCode() > 1) {
                throw new IOException(finished.describe());
            }
        } finally {
            Files.deleteIfExists(list);
        }
    }
}
