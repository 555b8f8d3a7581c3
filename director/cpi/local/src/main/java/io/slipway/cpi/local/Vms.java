package io.slipway.cpi.local;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** VMs: an overlay over a stemcell's files, a network namespace, and a container. */
final class Vms {
    private final Commands commands;
    private final Layout layout;
    private final Names names;
    private final Locks locks;
    private final Mounts mounts;
    private final Networks networks;
    private final Containers containers;
    private final Disks disks;
    private final Steps steps;

    Vms(
            Commands commands,
            Layout layout,
            Names names,
            Locks locks,
            Networks networks,
            Containers containers,
            Disks disks,
            Steps steps) {
        this.commands = commands;
        this.layout = layout;
        this.names = names;
        this.locks = locks;
        this.mounts = new Mounts(commands);
        this.networks = networks;
        this.containers = containers;
        this.disks = disks;
        this.steps = steps;
    }

    /** Makes a VM, or finishes the making of one that was begun for this agent id. */
    VmRecord create(VmRequest request) {
        String cid = findByAgent(request.agentId()).map(VmRecord::cid).orElseGet(() -> names.vmCid(request.agentId()));
        try (var held = locks.vm(cid)) {
            var known = find(cid);
            if (known.isPresent() && known.get().phase() == VmRecord.Phase.CREATED) {
                powerOn(known.get());
                return known.get();
            }
            known.ifPresent(this::takeApart);
            if (!Files.isDirectory(layout.stemcell(request.stemcellCid()))) {
                throw new CpiException(new CpiFailure.StemcellNotFound(request.stemcellCid()));
            }
            var vm = new VmRecord(
                    cid,
                    request.agentId(),
                    request.stemcellCid(),
                    number(request.cloudProperties(), "cpu"),
                    number(request.cloudProperties(), "ram"),
                    checked(request.networks()),
                    request.metadata(),
                    VmRecord.Phase.CREATING,
                    AllowedAddresses.of(request));
            steps.reached("record");
            Records.write(layout.vmRecord(cid), vm);
            steps.reached("files");
            writeFiles(vm, request.settings());
            steps.reached("boot");
            powerOn(vm);
            steps.reached("done");
            var created = vm.in(VmRecord.Phase.CREATED);
            Records.write(layout.vmRecord(cid), created);
            return created;
        }
    }

    Optional<VmRecord> find(String cid) {
        return Names.isVmCid(cid) ? Records.read(layout.vmRecord(cid), VmRecord.class) : Optional.empty();
    }

    VmRecord require(String cid) {
        return find(cid)
                .filter(vm -> vm.phase() == VmRecord.Phase.CREATED)
                .orElseThrow(() -> new CpiException(new CpiFailure.VmNotFound(cid)));
    }

    Optional<VmRecord> findByAgent(String agentId) {
        return find(names.vmCid(agentId))
                .or(() -> find(Names.formerVmCid(agentId)))
                .filter(vm -> vm.agentId().equals(agentId));
    }

    List<VmRecord> all() {
        var found = new ArrayList<VmRecord>();
        for (String cid : Records.names(layout.vms())) {
            find(cid).ifPresent(found::add);
        }
        return found;
    }

    void delete(String cid) {
        if (!Names.isVmCid(cid)) {
            return;
        }
        try (var held = locks.vm(cid)) {
            find(cid).ifPresent(vm -> {
                steps.reached("deletion");
                Records.write(layout.vmRecord(cid), vm.in(VmRecord.Phase.DELETING));
                takeApart(vm);
            });
        }
    }

    void reboot(String cid) {
        try (var held = locks.vm(cid)) {
            var vm = require(cid);
            powerOff(vm);
            powerOn(vm);
        }
    }

    void metadata(String cid, Map<String, String> metadata) {
        try (var held = locks.vm(cid)) {
            Records.write(layout.vmRecord(cid), require(cid).withMetadata(metadata));
        }
    }

    /** Boots the VM unless it runs; one that was booted by half gets what it lacks. */
    void powerOn(VmRecord vm) {
        if (containers.isRunning(vm.cid())) {
            disks.showAll(vm);
            return;
        }
        containers.remove(vm.cid());
        steps.reached("overlay");
        if (Mounts.below(layout.rootfs(vm.cid())).isEmpty()) {
            mounts.overlay(
                    layout.stemcell(vm.stemcellCid()),
                    layout.upper(vm.cid()),
                    layout.work(vm.cid()),
                    layout.rootfs(vm.cid()));
        }
        steps.reached("network");
        networks.connect(vm);
        steps.reached("configuration");
        var config = new ContainerConfig(layout, names).of(vm);
        Records.write(layout.bundle(vm.cid()).resolve("config.json"), config);
        steps.reached("container");
        containers.start(vm.cid());
        steps.reached("disks");
        disks.showAll(vm);
    }

    /** Stops the VM; its files stay. */
    void powerOff(VmRecord vm) {
        steps.reached("power off");
        containers.stop(vm.cid());
        steps.reached("loops");
        disks.hideAll(vm.cid());
        steps.reached("disconnect");
        networks.disconnect(vm);
        steps.reached("unmount");
        mounts.unmountBelow(layout.vm(vm.cid()));
    }

    /** Also of a VM that was made by half; the record goes last, so that a second try finds it. */
    private void takeApart(VmRecord vm) {
        steps.reached("stop");
        containers.remove(vm.cid());
        steps.reached("detach");
        disks.forgetVm(vm.cid());
        steps.reached("disconnect");
        networks.forget(vm);
        steps.reached("unmount");
        mounts.unmountBelow(layout.vm(vm.cid()));
        steps.reached("remove");
        try (Stream<Path> parts = Files.list(layout.vm(vm.cid()))) {
            for (Path part : parts.toList()) {
                if (!part.equals(layout.vmRecord(vm.cid()))) {
                    commands.run(Commands.LONG, "", List.of("rm", "-rf", "--one-file-system", part.toString()));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete the files of VM " + vm.cid(), failure);
        }
        steps.reached("forget");
        commands.run("rm", "-rf", layout.vm(vm.cid()).toString());
    }

    private void writeFiles(VmRecord vm, AgentSettings settings) {
        Path upper = layout.upper(vm.cid());
        try {
            for (Path seen : List.of(upper.resolve("etc"), upper.resolve("var/vcap/bosh"))) {
                Modes.folderOfVm(upper, seen);
            }
            Path data = layout.vmData(vm.cid());
            Modes.folderOfVm(data, data.resolve("shared-packages"));
            for (Path directory : List.of(layout.work(vm.cid()), layout.rootfs(vm.cid()), layout.bundle(vm.cid()))) {
                Files.createDirectories(directory);
            }
            Path secret = upper.resolve("var/vcap/bosh/agent-settings.json");
            Files.createFile(
                    secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(secret, settings.toJson());
            Modes.fileOfVm(upper.resolve("etc/hostname"), vm.cid() + "\n");
            Modes.fileOfVm(upper.resolve("etc/machine-id"), machineId(vm) + "\n");
            Modes.fileOfVm(upper.resolve("etc/hosts"), "127.0.0.1 localhost\n127.0.1.1 " + vm.cid() + "\n");
            var resolvers = new StringBuilder();
            vm.networks().stream()
                    .flatMap(network -> network.dns().stream())
                    .distinct()
                    .forEach(server ->
                            resolvers.append("nameserver ").append(server).append('\n'));
            Modes.fileOfVm(upper.resolve("etc/resolv.conf"), resolvers.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write the files of VM " + vm.cid(), failure);
        }
    }

    private static String machineId(VmRecord vm) {
        return java.util
                .UUID
                .nameUUIDFromBytes(vm.agentId().getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    private static List<VmNetwork> checked(List<VmNetwork> networks) {
        for (VmNetwork network : networks) {
            if (network.type().equals("dynamic")) {
                throw new CpiException(
                        new CpiFailure.InvalidRequest(
                                "network '" + network.name()
                                        + "' is dynamic: the local CPI needs networks of type manual, whose addresses the director leases"));
            }
        }
        return networks;
    }

    private static int number(Map<String, Object> properties, String name) {
        Object value = properties.get(name);
        if (value == null) {
            return 0;
        }
        if (value instanceof Number number && number.longValue() >= 0 && number.longValue() <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw new CpiException(new CpiFailure.InvalidRequest(
                "cloud property '" + name + "' is '" + value + "': expected a number that is not negative"));
    }
}
