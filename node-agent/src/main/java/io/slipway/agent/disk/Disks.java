package io.slipway.agent.disk;

import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.process.Program;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Persistent disks: formatted when blank, checked, grown and mounted; found again after a boot. A device may also be a
 * folder, which is then bound to the mount point.
 */
public final class Disks {
    private static final Duration DEVICE_DEADLINE = Duration.ofSeconds(30);
    private static final int FSCK_CORRECTED = 1;
    private static final Pattern DISK_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

    private final Layout layout;
    private final DiskTable table;

    public Disks(Layout layout) throws IOException {
        this.layout = layout;
        this.table = new DiskTable(layout);
    }

    /** One with a name is shown to jobs by a link of that name, and is theirs to format and mount. */
    public void add(String cid, String device, String name) throws CommandFailure, IOException {
        if (!name.isEmpty() && !DISK_NAME.matcher(name).matches()) {
            throw new CommandFailure(
                    Failure.Code.INVALID,
                    "the name of disk " + cid + " is '" + name + "': expected letters, digits, and . _ - between them");
        }
        var mountPoint = table.find(cid).map(DiskTable.Disk::mountPoint).orElse("");
        var disk = new DiskTable.Disk(cid, device, mountPoint, name);
        table.put(disk);
        show(disk);
    }

    private void show(DiskTable.Disk disk) throws IOException {
        if (!disk.name().isEmpty()) {
            Path link = layout.namedDisks().resolve(disk.name());
            Files.createDirectories(layout.namedDisks());
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(disk.device()));
        }
    }

    /** The name may be another disk's by now. */
    private void hide(DiskTable.Disk disk) throws IOException {
        Path link = layout.namedDisks().resolve(disk.name());
        if (!disk.name().isEmpty()
                && Files.isSymbolicLink(link)
                && Files.readSymbolicLink(link).equals(Path.of(disk.device()))) {
            Files.delete(link);
        }
    }

    /** Absent is success. A disk that is still mounted is refused. */
    public void remove(String cid) throws CommandFailure, IOException {
        if (mountedCids().contains(cid)) {
            throw new CommandFailure(Failure.Code.INVALID, "disk " + cid + " is mounted: unmount it first");
        }
        var known = table.find(cid);
        if (known.isPresent()) {
            hide(known.get());
        }
        table.remove(cid);
    }

    /** Mounted already is success. An empty hint means the device that AddDisk told; an empty mount point the store. */
    public void mount(String cid, String hint, String mountPoint)
            throws CommandFailure, IOException, InterruptedException {
        var known = table.find(cid);
        var device = hint.isEmpty() ? known.map(DiskTable.Disk::device).orElse("") : hint;
        if (device.isEmpty()) {
            throw new CommandFailure(
                    Failure.Code.INVALID, "disk " + cid + " has no device here: attach it and give the device path");
        }
        var target = mountPoint.isEmpty() ? layout.store() : Path.of(mountPoint);
        var disk = new DiskTable.Disk(
                cid, device, target.toString(), known.map(DiskTable.Disk::name).orElse(""));
        if (!Mounts.isMounted(target)) {
            attach(disk);
        } else if (!known.filter(k -> Path.of(k.mountPoint()).equals(target)).isPresent()) {
            throw new CommandFailure(
                    Failure.Code.INVALID, target + " holds another disk: unmount that before disk " + cid);
        }
        table.put(disk);
    }

    /** Not mounted is success. */
    public void unmount(String cid) throws CommandFailure, IOException, InterruptedException {
        var known = table.find(cid);
        if (known.isEmpty() || known.get().mountPoint().isEmpty()) {
            return;
        }
        detach(Path.of(known.get().mountPoint()));
        table.put(known.get().at(""));
    }

    /** Copies the store to the other disk, then mounts that in its place. The old disk stays as it was. */
    public void migrate(String fromCid, String toCid) throws CommandFailure, IOException, InterruptedException {
        var from = required(fromCid);
        var to = required(toCid);
        if (Path.of(to.mountPoint()).equals(layout.store())) {
            return; // done by an earlier command
        }
        var target = to.mountPoint().isEmpty() ? layout.storeMigration() : Path.of(to.mountPoint());
        if (!Mounts.isMounted(target)) {
            attach(to.at(target.toString()));
        }
        copyStore(target);
        detach(target);
        detach(layout.store());
        table.put(from.at(""));
        mount(toCid, to.device(), "");
    }

    /** Nothing may change the store meanwhile; where the copy fails, the store is as usable as before. */
    private void copyStore(Path target) throws IOException, InterruptedException {
        var store = layout.store().toString();
        Program.of("mount", "-o", "remount,ro", store).mustSucceed();
        try {
            var copy = "set -o pipefail; tar -C \"$0\" --xattrs --acls -cf - . | tar -C \"$1\" --xattrs --acls -xpf -";
            Program.of("bash", "-c", copy, store, target.toString()).mustSucceed();
        } catch (IOException e) {
            Program.of("mount", "-o", "remount,rw", store).run();
            throw e;
        }
    }

    /** After a boot: mounts what was mounted before, and shows what was shown. */
    public void remountAll() throws CommandFailure, IOException, InterruptedException {
        for (var disk : table.all().values()) {
            show(disk);
            if (!disk.mountPoint().isEmpty() && !Mounts.isMounted(Path.of(disk.mountPoint()))) {
                attach(disk);
            }
        }
    }

    public List<String> mountedCids() throws IOException {
        var cids = new ArrayList<String>();
        for (var disk : table.all().values()) {
            if (!disk.mountPoint().isEmpty() && Mounts.isMounted(Path.of(disk.mountPoint()))) {
                cids.add(disk.cid());
            }
        }
        return cids;
    }

    private DiskTable.Disk required(String cid) throws CommandFailure {
        return table.find(cid)
                .orElseThrow(() -> new CommandFailure(
                        Failure.Code.INVALID, "disk " + cid + " is not known here: attach and add it first"));
    }

    private void attach(DiskTable.Disk disk) throws CommandFailure, IOException, InterruptedException {
        var device = awaitDevice(disk);
        var target = Path.of(disk.mountPoint());
        Files.createDirectories(target);
        if (Files.isDirectory(device)) {
            Program.of("mount", "--bind", device.toString(), target.toString()).mustSucceed();
            return;
        }
        if (fileSystemOf(device).isEmpty()) {
            Program.of(
                            "mkfs.ext4",
                            "-q",
                            "-F",
                            "-m",
                            "0",
                            "-E",
                            "lazy_itable_init=1,lazy_journal_init=1",
                            device.toString())
                    .mustSucceed();
        } else {
            repairAndGrow(device);
        }
        Program.of("mount", device.toString(), target.toString()).mustSucceed();
    }

    private static void repairAndGrow(Path device) throws CommandFailure, IOException, InterruptedException {
        var check = Program.of("e2fsck", "-p", "-f", device.toString()).run();
        if (check.exitCode() > FSCK_CORRECTED) {
            throw new CommandFailure(
                    Failure.Code.UNKNOWN, "the file system on " + device + " needs repair by hand", check.tail());
        }
        Program.of("resize2fs", device.toString()).mustSucceed();
    }

    /** The file system's type; empty where the device is blank. */
    private static Optional<String> fileSystemOf(Path device) throws IOException, InterruptedException {
        var finished = Program.of("blkid", "-p", "-s", "TYPE", "-o", "value", device.toString())
                .run();
        if (finished.exitCode() != 0 && finished.exitCode() != 2) {
            throw new IOException(finished.describe());
        }
        return Optional.of(finished.stdout().strip()).filter(type -> !type.isEmpty());
    }

    private static Path awaitDevice(DiskTable.Disk disk) throws CommandFailure, InterruptedException {
        var device = Path.of(disk.device());
        var deadline = System.nanoTime() + DEVICE_DEADLINE.toNanos();
        while (!Files.exists(device)) {
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(
                        Failure.Code.TIMED_OUT,
                        "device " + device + " of disk " + disk.cid() + " did not appear within "
                                + DEVICE_DEADLINE.toSeconds() + " s: is the disk attached?");
            }
            Thread.sleep(50);
        }
        return device;
    }

    private static void detach(Path target) throws CommandFailure, IOException, InterruptedException {
        if (!Mounts.isMounted(target)) {
            return;
        }
        var finished = Program.of("umount", target.toString()).run();
        if (finished.exitCode() != 0) {
            var users = Program.of("lsof", "+f", "--", target.toString()).run();
            throw new CommandFailure(
                    Failure.Code.UNKNOWN,
                    target + " cannot be unmounted: " + finished.stderr().strip(),
                    users.tail());
        }
    }
}
