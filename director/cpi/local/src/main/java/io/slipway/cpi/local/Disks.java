package io.slipway.cpi.local;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Persistent disks: sparse files, shown to VMs as loop devices under {@code /dev/slipway/<disk cid>}. */
final class Disks {
    private static final long RESERVE_BYTES = 1024L * 1024L * 1024L;
    private static final int RESERVE_SHARE = 10;

    private final Commands commands;
    private final Layout layout;
    private final Names names;
    private final Locks locks;
    private final Containers containers;
    private final Steps steps;

    Disks(Commands commands, Layout layout, Names names, Locks locks, Containers containers, Steps steps) {
        this.commands = commands;
        this.layout = layout;
        this.names = names;
        this.locks = locks;
        this.containers = containers;
        this.steps = steps;
    }

    /**
     * {@code disk.json}.
     *
     * @param attachedTo a VM's cid, or empty
     */
    record DiskRecord(String cid, String key, long bytes, String attachedTo, Map<String, String> metadata) {
        DiskRecord on(String vmCid) {
            return new DiskRecord(cid, key, bytes, vmCid, metadata);
        }
    }

    /** Sparse, so it takes no room yet; refused where not even a tenth of it and a gibibyte are free. */
    String create(String key, DataSize size) {
        String cid = names.diskCid(key);
        try (var held = locks.disk(cid)) {
            if (find(cid).isPresent()) {
                return cid;
            }
            long free = layout.root().toFile().getUsableSpace();
            long needed = size.bytes() / RESERVE_SHARE + RESERVE_BYTES;
            if (free < needed) {
                throw new CpiException(
                        new CpiFailure.NoSpace("disk '" + cid + "'", new DataSize(needed), new DataSize(free)));
            }
            steps.reached("disk image");
            Files.createDirectories(layout.disk(cid));
            resizeFile(layout.diskImage(cid), size.bytes());
            steps.reached("disk record");
            Records.write(layout.diskRecord(cid), new DiskRecord(cid, key, size.bytes(), "", Map.of()));
            steps.reached("disk done");
            return cid;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot create disk " + cid, failure);
        }
    }

    Optional<DiskRecord> find(String cid) {
        return Names.isDiskCid(cid) ? Records.read(layout.diskRecord(cid), DiskRecord.class) : Optional.empty();
    }

    DiskRecord require(String cid) {
        return find(cid).orElseThrow(() -> new CpiException(new CpiFailure.DiskNotFound(cid)));
    }

    List<DiskRecord> all() {
        var found = new ArrayList<DiskRecord>();
        for (String cid : Records.names(layout.disks())) {
            find(cid).ifPresent(found::add);
        }
        return found;
    }

    List<DiskRecord> attachedTo(String vmCid) {
        return all().stream().filter(disk -> disk.attachedTo().equals(vmCid)).toList();
    }

    void delete(String cid) {
        if (!Names.isDiskCid(cid)) {
            return;
        }
        try (var held = locks.disk(cid)) {
            var disk = find(cid);
            if (disk.isPresent() && !disk.get().attachedTo().isEmpty()) {
                throw new CpiException(new CpiFailure.CloudError(
                        "disk '" + cid + "' is attached to VM '" + disk.get().attachedTo() + "': detach it first",
                        false));
            }
            steps.reached("disk release");
            releaseLoops(cid);
            steps.reached("disk removal");
            commands.run(
                    Commands.LONG,
                    "",
                    List.of("rm", "-rf", "--one-file-system", layout.disk(cid).toString()));
        }
    }

    /** Remembers the attachment and shows the device to the VM if it runs. */
    String attach(VmRecord vm, String cid) {
        try (var held = locks.disk(cid)) {
            var disk = require(cid);
            if (!disk.attachedTo().isEmpty() && !disk.attachedTo().equals(vm.cid())) {
                throw new CpiException(new CpiFailure.CloudError(
                        "disk '" + cid + "' is attached to VM '" + disk.attachedTo() + "': detach it there first",
                        false));
            }
            steps.reached("attachment");
            Records.write(layout.diskRecord(cid), disk.on(vm.cid()));
            steps.reached("showing");
            show(vm, cid);
            steps.reached("attached");
            return "/dev/slipway/" + cid;
        }
    }

    void detach(String vmCid, String cid) {
        if (!Names.isDiskCid(cid)) {
            return;
        }
        try (var held = locks.disk(cid)) {
            var disk = find(cid);
            if (disk.isEmpty() || !disk.get().attachedTo().equals(vmCid)) {
                return;
            }
            steps.reached("hiding");
            containers.removeFile(vmCid, "dev/slipway/" + cid);
            steps.reached("loop release");
            releaseLoops(cid);
            steps.reached("detachment");
            Records.write(layout.diskRecord(cid), disk.get().on(""));
        }
    }

    /** Shows all disks of a VM that has just booted. */
    void showAll(VmRecord vm) {
        for (DiskRecord disk : attachedTo(vm.cid())) {
            try (var held = locks.disk(disk.cid())) {
                show(vm, disk.cid());
            }
        }
    }

    /** The VM is gone, or off: its disks' devices are given back; the attachments stay remembered. */
    void hideAll(String vmCid) {
        attachedTo(vmCid).forEach(disk -> releaseLoops(disk.cid()));
    }

    void forgetVm(String vmCid) {
        for (DiskRecord disk : attachedTo(vmCid)) {
            detach(vmCid, disk.cid());
        }
    }

    void resize(String cid, DataSize size) {
        try (var held = locks.disk(cid)) {
            var disk = require(cid);
            if (!disk.attachedTo().isEmpty() || size.bytes() < disk.bytes()) {
                throw new CpiException(new CpiFailure.NotSupported("resize_disk of an attached disk, or to less"));
            }
            resizeFile(layout.diskImage(cid), size.bytes());
            Records.write(layout.diskRecord(cid), new DiskRecord(cid, disk.key(), size.bytes(), "", disk.metadata()));
        }
    }

    void metadata(String cid, Map<String, String> metadata) {
        try (var held = locks.disk(cid)) {
            var disk = require(cid);
            Records.write(
                    layout.diskRecord(cid),
                    new DiskRecord(cid, disk.key(), disk.bytes(), disk.attachedTo(), Map.copyOf(metadata)));
        }
    }

    void releaseLoops(String cid) {
        for (String line : commands.run(
                        "losetup",
                        "--noheadings",
                        "--output",
                        "NAME",
                        "-j",
                        layout.diskImage(cid).toString())
                .lines()
                .toList()) {
            if (!line.isBlank()) {
                commands.attempt("losetup", "--detach", line.strip());
            }
        }
    }

    /** The number of the loop device that shows a disk. */
    OptionalInt loopNumber(String cid) {
        return commands.run(
                        "losetup",
                        "--noheadings",
                        "--output",
                        "NAME",
                        "-j",
                        layout.diskImage(cid).toString())
                .lines()
                .map(String::strip)
                .filter(name -> name.startsWith("/dev/loop"))
                .mapToInt(name -> Integer.parseInt(name.substring("/dev/loop".length())))
                .findFirst();
    }

    private void show(VmRecord vm, String cid) {
        var init = containers.pid(vm.cid());
        if (init.isEmpty()) {
            return;
        }
        String loop = commands.run(
                        "losetup",
                        "--noheadings",
                        "--output",
                        "NAME",
                        "-j",
                        layout.diskImage(cid).toString())
                .strip();
        if (loop.isEmpty()) {
            loop = commands.run(
                            "losetup",
                            "--find",
                            "--show",
                            "--direct-io=on",
                            layout.diskImage(cid).toString())
                    .strip();
        }
        steps.reached("device");
        int minor = Integer.parseInt(
                loop.substring("/dev/loop".length()).lines().findFirst().orElse("0"));
        containers.makeBlockDevice(vm.cid(), "dev/slipway/" + cid, 7, minor);
    }

    private static void resizeFile(Path file, long bytes) {
        try (var image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make " + file + " " + bytes + " bytes long", failure);
        }
    }
}
