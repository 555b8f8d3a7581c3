package io.slipway.cpi.simulated;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.simulated.agent.AgentHost;
import io.slipway.cpi.simulated.agent.Hardware;
import io.slipway.cpi.simulated.agent.SimulatedAgent;
import io.slipway.cpi.simulated.store.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** VMs: a directory and an agent each. One lock for all writers; reads take none, so agents may read at any time. */
final class Vms {
    private final Path directory;
    private final Disks disks;
    private final AgentHost host;
    private final Predicate<String> isShared;
    private final Map<String, Vm> vms = new ConcurrentHashMap<>();
    private final Map<String, String> cidsByAgent = new ConcurrentHashMap<>();

    /** A VM's record changes, its agent stays. */
    private final class Vm implements Hardware {
        private final SimulatedAgent agent;
        private volatile VmRecord present;

        Vm(VmRecord present) {
            this.present = present;
            this.agent = new SimulatedAgent(host, present.settings(), directoryOf(present.cid()), this);
        }

        void become(VmRecord next) {
            JsonFiles.write(recordOf(next.cid()), next);
            present = next;
        }

        @Override
        public VmDescription vm() {
            return present.describe();
        }

        @Override
        public Optional<String> device(String diskCid) {
            return disks.find(diskCid)
                    .filter(disk -> disk.attachedTo().equals(present.cid()))
                    .map(DiskRecord::device);
        }

        @Override
        public String content(String diskCid) {
            return disks.find(diskCid).map(DiskRecord::content).orElse("");
        }

        @Override
        public void write(String diskCid, String content) {
            disks.write(diskCid, content);
        }

        @Override
        public boolean shares(String sha256) {
            return isShared.test(sha256);
        }
    }

    /** Finds the VMs that an earlier process made; those that are on go on. */
    Vms(Path directory, Disks disks, AgentHost host, Predicate<String> isShared) {
        this.directory = directory.resolve("vms");
        this.disks = disks;
        this.host = host;
        this.isShared = isShared;
        for (Path one : JsonFiles.entries(this.directory)) {
            JsonFiles.read(recordOf(one.getFileName().toString()), VmRecord.class)
                    .ifPresentOrElse(this::adopt, () -> JsonFiles.delete(one));
        }
    }

    private void adopt(VmRecord found) {
        var vm = new Vm(found);
        vms.put(found.cid(), vm);
        cidsByAgent.put(found.agentId(), found.cid());
        if (found.isOn()) {
            vm.agent.resume();
        }
    }

    synchronized VmRecord create(VmRequest request, Predicate<String> isStemcell) {
        var known = cidsByAgent.get(request.agentId());
        if (known != null) {
            return powerOn(require(known));
        }
        if (!isStemcell.test(request.stemcellCid())) {
            throw new CpiException(new CpiFailure.StemcellNotFound(request.stemcellCid()));
        }
        for (String number : List.of("cpu", "ram", "ephemeral_disk")) {
            Numbers.of("cloud property", request.cloudProperties(), number, 0);
        }
        String cid = "vm-" + UUID.randomUUID();
        try {
            Files.createDirectories(directoryOf(cid));
        } catch (IOException e) {
            throw new CpiException(
                    new CpiFailure.VmCreationFailed("cannot make the directory of VM " + cid + ": " + e, true), e);
        }
        var vm = new Vm(new VmRecord(
                cid,
                request.agentId(),
                request.stemcellCid(),
                request.networks(),
                request.metadata(),
                request.settings(),
                true));
        vm.become(vm.present);
        vms.put(cid, vm);
        cidsByAgent.put(request.agentId(), cid);
        vm.agent.powerOn();
        return vm.present;
    }

    Optional<VmDescription> find(String cid) {
        return Optional.ofNullable(vms.get(cid)).map(Vm::vm);
    }

    Optional<VmDescription> findByAgent(String agentId) {
        return Optional.ofNullable(cidsByAgent.get(agentId)).flatMap(this::find);
    }

    Optional<SimulatedAgent> agent(String cid) {
        return Optional.ofNullable(vms.get(cid)).map(vm -> vm.agent);
    }

    List<VmDescription> all() {
        return vms.values().stream().map(Vm::vm).toList();
    }

    boolean isAnyOf(String stemcellCid) {
        return vms.values().stream().anyMatch(vm -> vm.present.stemcellCid().equals(stemcellCid));
    }

    synchronized void delete(String cid) {
        var vm = vms.get(cid);
        if (vm == null) {
            return;
        }
        vm.agent.destroy();
        disks.detachAll(cid);
        // The record goes first: a directory without one is swept away when this is opened again.
        JsonFiles.delete(recordOf(cid));
        JsonFiles.delete(directoryOf(cid));
        vms.remove(cid);
        cidsByAgent.remove(vm.present.agentId());
    }

    synchronized void reboot(String cid) {
        var vm = require(cid);
        vm.agent.powerOff();
        powerOn(vm);
    }

    synchronized void metadata(String cid, Map<String, String> metadata) {
        var vm = require(cid);
        vm.become(vm.present.withMetadata(metadata));
    }

    synchronized String attach(String cid, String diskCid) {
        require(cid);
        return disks.attach(cid, diskCid);
    }

    synchronized void powerOff(String cid) {
        var vm = require(cid);
        vm.agent.powerOff();
        vm.become(vm.present.powered(false));
    }

    synchronized void powerOffAll() {
        vms.keySet().forEach(this::powerOff);
    }

    synchronized void powerOnAll() {
        vms.values().forEach(this::powerOn);
    }

    private VmRecord powerOn(Vm vm) {
        if (!vm.present.isOn()) {
            vm.become(vm.present.powered(true));
        }
        vm.agent.powerOn();
        return vm.present;
    }

    private Vm require(String cid) {
        var vm = vms.get(cid);
        if (vm == null) {
            throw new CpiException(new CpiFailure.VmNotFound(cid));
        }
        return vm;
    }

    private Path directoryOf(String cid) {
        return directory.resolve(cid);
    }

    private Path recordOf(String cid) {
        return directoryOf(cid).resolve("vm.json");
    }
}
