package io.slipway.cpi.local;

import io.slipway.cpi.Cpi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Copies of disks' images: shared with them where the file system can do that, sparse elsewhere. A file system that a VM
 * has mounted holds still meanwhile, so that the copy is whole.
 */
final class Snapshots {
    /**
     * One program, and not a few of ours after each other: the file system must move again even if the director dies
     * now, and even if the copy fails. Parameters: mount point, image, copy.
     */
    private static final String COPY_FROZEN = """
            fsfreeze --freeze "$1" || exec cp --reflink=auto --sparse=always "$2" "$3"
            trap 'fsfreeze --unfreeze "$1"' EXIT
            timeout 600 cp --reflink=auto --sparse=always "$2" "$3"
            """;

    private final Commands commands;
    private final Layout layout;
    private final Names names;
    private final Locks locks;
    private final Containers containers;
    private final Disks disks;
    private final Steps steps;

    Snapshots(
            Commands commands,
            Layout layout,
            Names names,
            Locks locks,
            Containers containers,
            Disks disks,
            Steps steps) {
        this.commands = commands;
        this.layout = layout;
        this.names = names;
        this.locks = locks;
        this.containers = containers;
        this.disks = disks;
        this.steps = steps;
    }

    /** Under its name there is a whole copy or none. */
    String take(String diskCid, Map<String, String> metadata) {
        String key = metadata.get(Cpi.SNAPSHOT_KEY);
        String cid = key == null ? "snapshot-" + UUID.randomUUID() : names.snapshotCid(key);
        disks.require(diskCid);
        try (var held = locks.disk(diskCid)) {
            var disk = disks.require(diskCid);
            if (Files.exists(layout.snapshot(cid))) {
                return cid;
            }
            steps.reached("snapshot copy");
            Files.createDirectories(layout.snapshots());
            copy(disk, unfinished(cid));
            steps.reached("snapshot");
            Files.move(unfinished(cid), layout.snapshot(cid), StandardCopyOption.ATOMIC_MOVE);
            steps.reached("snapshot done");
            return cid;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot snapshot disk " + diskCid, failure);
        }
    }

    private void copy(Disks.DiskRecord disk, Path target) {
        String image = layout.diskImage(disk.cid()).toString();
        var mountPoint = mountPoint(disk);
        commands.run(
                Commands.LONG,
                "",
                mountPoint.isPresent()
                        ? List.of(
                                "bash",
                                "-c",
                                COPY_FROZEN,
                                "snapshot",
                                mountPoint.get().toString(),
                                image,
                                target.toString())
                        : List.of("cp", "--reflink=auto", "--sparse=always", image, target.toString()));
    }

    /** Where the VM has mounted the disk, as this machine sees it. */
    private Optional<Path> mountPoint(Disks.DiskRecord disk) {
        var loop = disks.loopNumber(disk.cid());
        var init = containers.pid(disk.attachedTo());
        return loop.isEmpty() || init.isEmpty() ? Optional.empty() : Mounts.ofLoopDevice(init.get(), loop.getAsInt());
    }

    void delete(String cid) {
        if (!Names.isSnapshotCid(cid)) {
            return;
        }
        steps.reached("snapshot removal");
        try {
            Files.deleteIfExists(unfinished(cid));
            Files.deleteIfExists(layout.snapshot(cid));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete snapshot " + cid, failure);
        }
    }

    private Path unfinished(String cid) {
        return layout.snapshots().resolve("." + cid + ".new");
    }
}
