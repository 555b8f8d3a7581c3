package io.slipway.cpi.local;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.Info;
import io.slipway.cpi.PackageArchive;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.VmResources;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * VMs as containers on this Linux machine. What it makes is written down before it is made, under names that follow from
 * the director's keys, so that whatever a director that died left behind is found, finished or removed.
 */
final class LocalCpi implements Cpi {
    private static final int STEMCELL_DIGITS = 20;

    private final Commands commands = new Commands();
    private final Layout layout;
    private final Names names;
    private final Locks locks;
    private final Networks networks;
    private final Disks disks;
    private final Snapshots snapshots;
    private final Vms vms;
    private final Steps steps;

    LocalCpi(String directorUuid, Path dataDirectory, Steps steps) {
        layout = new Layout(dataDirectory.toAbsolutePath().normalize());
        names = new Names(directorUuid);
        this.steps = steps;
        try {
            makePrivate(layout);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot use " + dataDirectory, failure);
        }
        locks = new Locks(layout.locks());
        networks = new Networks(commands, layout, names, locks, steps);
        var containers = new Containers(commands, layout, names);
        disks = new Disks(commands, layout, names, locks, containers, steps);
        snapshots = new Snapshots(commands, layout, names, locks, containers, disks, steps);
        vms = new Vms(commands, layout, names, locks, networks, containers, disks, steps);
        this.containers = containers;
    }

    private final Containers containers;

    /** Also what an earlier director left open to this machine's users: VMs' disks, their snapshots and their files. */
    private static void makePrivate(Layout layout) throws IOException {
        for (Path folder : List.of(
                layout.root(), layout.locks(), layout.stemcells(), layout.vms(), layout.disks(), layout.snapshots())) {
            Modes.privateFolder(folder);
        }
        for (String cid : Records.names(layout.disks())) {
            Modes.close(layout.disk(cid));
            Modes.close(layout.diskImage(cid));
        }
        for (String cid : Records.names(layout.snapshots())) {
            Modes.close(layout.snapshot(cid));
        }
        Modes.folderOfVm(layout.packages(), layout.packages());
    }

    @Override
    public Info info() {
        return new Info("local", List.of("local-rootfs"), 2);
    }

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        String cid = "stemcell-" + digest(image).substring(0, STEMCELL_DIGITS);
        try (var held = locks.content(cid)) {
            unpack(image, layout.stemcell(cid));
            return cid;
        }
    }

    @Override
    public void deleteStemcell(String stemcellCid) {
        if (!stemcellCid.matches("stemcell-[0-9a-f]{" + STEMCELL_DIGITS + "}")) {
            return;
        }
        var users = vms.all().stream()
                .filter(vm -> vm.stemcellCid().equals(stemcellCid))
                .toList();
        if (!users.isEmpty()) {
            throw new CpiException(new CpiFailure.CloudError(
                    "stemcell '" + stemcellCid + "' is in use by VM '"
                            + users.getFirst().cid() + "'",
                    false));
        }
        steps.reached("stemcell removal");
        remove(layout.stemcell(stemcellCid));
    }

    @Override
    public CreatedVm createVm(VmRequest request) {
        var vm = guarded(() -> vms.create(request));
        return new CreatedVm(vm.cid(), vm.networks());
    }

    @Override
    public void deleteVm(String vmCid) {
        vms.delete(vmCid);
    }

    @Override
    public boolean hasVm(String vmCid) {
        return vms.find(vmCid)
                .filter(vm -> vm.phase() == VmRecord.Phase.CREATED)
                .isPresent();
    }

    @Override
    public void rebootVm(String vmCid) {
        vms.reboot(vmCid);
    }

    @Override
    public void setVmMetadata(String vmCid, Map<String, String> metadata) {
        vms.metadata(vmCid, metadata);
    }

    @Override
    public Optional<VmDescription> findVm(String agentId) {
        return vms.findByAgent(agentId).map(vm -> vm.describe(containers.isRunning(vm.cid())));
    }

    @Override
    public List<VmDescription> listVms() {
        return vms.all().stream()
                .map(vm -> vm.describe(containers.isRunning(vm.cid())))
                .toList();
    }

    @Override
    public Map<String, Object> calculateVmCloudProperties(VmResources resources) {
        return Map.of(
                "cpu", resources.cpu(),
                "ram", resources.ram().toMebibytes(),
                "ephemeral_disk", resources.ephemeralDisk().toMebibytes());
    }

    @Override
    public String createDisk(
            String diskKey, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVmCid) {
        return disks.create(diskKey, size);
    }

    @Override
    public void deleteDisk(String diskCid) {
        disks.delete(diskCid);
    }

    @Override
    public boolean hasDisk(String diskCid) {
        return disks.find(diskCid).isPresent();
    }

    @Override
    public Optional<String> findDisk(String diskKey) {
        return disks.find(names.diskCid(diskKey)).map(Disks.DiskRecord::cid);
    }

    @Override
    public List<String> getDisks(String vmCid) {
        vms.require(vmCid);
        return disks.attachedTo(vmCid).stream().map(Disks.DiskRecord::cid).toList();
    }

    @Override
    public String attachDisk(String vmCid, String diskCid) {
        return disks.attach(vms.require(vmCid), diskCid);
    }

    @Override
    public void detachDisk(String vmCid, String diskCid) {
        disks.detach(vmCid, diskCid);
    }

    @Override
    public void resizeDisk(String diskCid, DataSize size) {
        disks.resize(diskCid, size);
    }

    @Override
    public void setDiskMetadata(String diskCid, Map<String, String> metadata) {
        disks.metadata(diskCid, metadata);
    }

    @Override
    public String snapshotDisk(String diskCid, Map<String, String> metadata) {
        return snapshots.take(diskCid, metadata);
    }

    @Override
    public void deleteSnapshot(String snapshotCid) {
        snapshots.delete(snapshotCid);
    }

    @Override
    public String createNetwork(Map<String, Object> subnetDefinition) {
        return networks.create(
                String.valueOf(subnetDefinition.get("range")), String.valueOf(subnetDefinition.get("gateway")));
    }

    @Override
    public void deleteNetwork(String networkCid) {
        networks.delete(networkCid);
    }

    @Override
    public boolean sharePackage(String sha256, PackageArchive archive) {
        if (!Names.isSha256(sha256)) {
            throw new CpiException(new CpiFailure.InvalidRequest("'" + sha256 + "' is not a SHA-256 digest"));
        }
        if (Files.isDirectory(layout.sharedPackage(sha256))) {
            return true;
        }
        try (var held = locks.content(sha256)) {
            archive.use(file -> unpack(file, layout.sharedPackage(sha256)));
            return true;
        }
    }

    /** On which ports of this machine VMs reach their director; remembered for who opens this CPI next. */
    void directorPorts(Set<Integer> ports) {
        networks.directorPorts(ports);
    }

    @Override
    public void powerOnAll() {
        networks.refresh();
        each(vm -> {
            if (vm.phase() == VmRecord.Phase.CREATED) {
                try (var held = locks.vm(vm.cid())) {
                    vms.powerOn(vm);
                }
            }
        });
    }

    @Override
    public void powerOffAll() {
        each(vm -> {
            try (var held = locks.vm(vm.cid())) {
                vms.powerOff(vm);
            }
        });
    }

    @Override
    public void purge() {
        each(vm -> vms.delete(vm.cid()));
        for (var disk : disks.all()) {
            disks.releaseLoops(disk.cid());
        }
        networks.removeAll();
        Cgroups.remove(names.cgroupParent());
        remove(layout.root());
    }

    /** Something done to one VM. */
    @FunctionalInterface
    private interface ForVm {
        void on(VmRecord vm);
    }

    /** All at the same time; fails with the first failure after all were tried. */
    private void each(ForVm work) {
        RuntimeException first = null;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = vms.all().stream()
                    .<Future<?>>map(vm -> threads.submit(() -> work.on(vm)))
                    .toList();
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException failed) {
                    first = failed.getCause() instanceof RuntimeException cause ? cause : new RuntimeException(failed);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** What an input or output error hides is said as the failure of the VM's creation. */
    private static <T> T guarded(java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (UncheckedIOException failure) {
            throw new CpiException(
                    new CpiFailure.VmCreationFailed(failure.getMessage() + ": " + failure.getCause(), true), failure);
        }
    }

    /** Unpacks a tgz into a directory that is there whole or not at all. */
    private void unpack(Path archive, Path target) {
        if (Files.isDirectory(target)) {
            return;
        }
        Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
        try {
            remove(temporary);
            steps.reached("unpacking");
            Modes.folderOfVm(temporary, temporary);
            commands.run(
                    Commands.LONG,
                    "",
                    List.of(
                            "tar",
                            "--extract",
                            "--gzip",
                            "--preserve-permissions",
                            "--numeric-owner",
                            "--xattrs",
                            "--file",
                            archive.toString(),
                            "--directory",
                            temporary.toString()));
            steps.reached("unpacked");
            Files.move(temporary, target);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot unpack into " + target, failure);
        }
    }

    private void remove(Path path) {
        commands.run(Commands.LONG, "", List.of("rm", "-rf", "--one-file-system", path.toString()));
    }

    private static String digest(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(content, digest).transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file, failure);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
