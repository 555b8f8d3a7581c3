package io.slipway.cpi.vsphere;

import com.vmware.vim25.OptionValue;
import com.vmware.vim25.ParaVirtualSCSIController;
import com.vmware.vim25.ResourceAllocationInfo;
import com.vmware.vim25.VirtualDevice;
import com.vmware.vim25.VirtualDeviceBackingInfo;
import com.vmware.vim25.VirtualDeviceConfigSpec;
import com.vmware.vim25.VirtualDeviceConfigSpecFileOperation;
import com.vmware.vim25.VirtualDeviceConfigSpecOperation;
import com.vmware.vim25.VirtualDeviceConnectInfo;
import com.vmware.vim25.VirtualDisk;
import com.vmware.vim25.VirtualDiskFlatVer2BackingInfo;
import com.vmware.vim25.VirtualEthernetCard;
import com.vmware.vim25.VirtualLsiLogicSASController;
import com.vmware.vim25.VirtualMachineCloneSpec;
import com.vmware.vim25.VirtualMachineConfigSpec;
import com.vmware.vim25.VirtualMachineDefinedProfileSpec;
import com.vmware.vim25.VirtualMachineProfileSpec;
import com.vmware.vim25.VirtualMachineRelocateSpec;
import com.vmware.vim25.VirtualSCSIController;
import com.vmware.vim25.VirtualVmxnet3;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.vsphere.placement.Placement.Choice;
import io.slipway.cpi.vsphere.properties.VmProperties;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.properties.VsphereSettings.ScsiController;
import io.slipway.cpi.vsphere.vcenter.References;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** What vCenter is told of a VM to be cloned, all of it in one call. */
final class CloneSpecs {
    private static final long KIB_OF_MIB = 1024;
    private static final long KIB_OF_GIB = 1024 * 1024;

    private final VsphereSettings settings;
    private final Names names;

    CloneSpecs(VsphereSettings settings, Names names) {
        this.settings = settings;
        this.names = names;
    }

    /**
     * @param backings what the NICs are connected to
     * @param policyId of the storage policy, where there is one
     * @param hostMhz of one core of the slowest host there
     */
    VirtualMachineCloneSpec of(
            VmRequest request,
            VmProperties properties,
            Choice choice,
            Stemcells.Template template,
            List<VirtualDeviceBackingInfo> backings,
            Optional<String> policyId,
            long hostMhz) {
        boolean isLinked = isLinked(properties);
        var spec = new VirtualMachineCloneSpec();
        spec.location = new VirtualMachineRelocateSpec();
        spec.location.datastore = References.store(choice.store().id());
        spec.location.pool = References.pool(choice.poolId());
        // Needed where DRS is off; where it is on, it chooses anew when the VM is powered on.
        spec.location.host = References.of("HostSystem", choice.hostId());
        if (isLinked) {
            spec.location.diskMoveType = "createNewChildDiskBacking";
            spec.snapshot = template.snapshot();
        }
        spec.location.profile = profile(policyId);
        spec.template = false;
        spec.powerOn = false;
        spec.config = config(request, properties, hostMhz);
        spec.config.vmProfile = profile(policyId);
        spec.config.deviceChange = devices(request, properties, choice, template, backings, policyId);
        return spec;
    }

    /** A root disk that is to be larger cannot be the child of the stemcell's. */
    boolean isLinked(VmProperties properties) {
        return properties.isLinkedClone().orElse(settings.areClonesLinked())
                && properties.rootDiskGib().isEmpty();
    }

    private VirtualMachineConfigSpec config(VmRequest request, VmProperties properties, long hostMhz) {
        var config = new VirtualMachineConfigSpec();
        String cid = names.vm(request.agentId());
        config.instanceUuid = Names.instanceUuid(cid).orElseThrow();
        config.numCPUs = properties.cpu();
        config.memoryMB = properties.ramMib();
        config.cpuHotAddEnabled = properties.isCpuHotAdded();
        config.memoryHotAddEnabled = properties.isMemoryHotAdded();
        config.nestedHVEnabled = properties.isNested();
        if (properties.isMemoryReserved()) {
            config.memoryReservationLockedToMax = true;
        }
        if (properties.isCpuReserved()) {
            config.cpuAllocation = new ResourceAllocationInfo();
            config.cpuAllocation.reservation = hostMhz * properties.cpu();
        }
        config.extraConfig = options(request, properties, cid);
        return config;
    }

    private OptionValue[] options(VmRequest request, VmProperties properties, String cid) {
        var options = new TreeMap<String, String>(properties.vmxOptions());
        options.put("disk.EnableUUID", "TRUE");
        options.put(Names.SETTINGS, packed(request.settings().toJson()));
        options.put(Names.NETWORKS, VmState.json(request.networks()));
        options.put(
                Names.VM_RECORD,
                VmState.json(new VmState.Identity(cid, names.director(), request.agentId(), request.networks())));
        options.put(Names.METADATA, VmState.json(request.metadata()));
        return of(options);
    }

    static OptionValue[] of(Map<String, String> options) {
        return options.entrySet().stream()
                .map(entry -> {
                    var option = new OptionValue();
                    option.key = entry.getKey();
                    option.value = entry.getValue();
                    return option;
                })
                .toArray(OptionValue[]::new);
    }

    /** As guests read it with {@code vmtoolsd --cmd "info-get …" | base64 -d | gunzip}. */
    static String packed(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private VirtualDeviceConfigSpec[] devices(
            VmRequest request,
            VmProperties properties,
            Choice choice,
            Stemcells.Template template,
            List<VirtualDeviceBackingInfo> backings,
            Optional<String> policyId) {
        var changes = new ArrayList<VirtualDeviceConfigSpec>();
        for (VirtualDevice device : template.devices()) {
            if (device instanceof VirtualEthernetCard) {
                changes.add(change(VirtualDeviceConfigSpecOperation.remove, device));
            }
        }
        controller(template).ifPresent(change -> changes.add(change));
        int key = -100;
        for (int i = 0; i < backings.size(); i++) {
            changes.add(change(
                    VirtualDeviceConfigSpecOperation.add,
                    nic(key--, backings.get(i), request.networks().get(i))));
        }
        properties.rootDiskGib().ifPresent(size -> root(template)
                .filter(disk -> disk.capacityInKB < size * KIB_OF_GIB)
                .ifPresent(disk -> {
                    var larger = grown(disk, size * KIB_OF_GIB);
                    changes.add(change(VirtualDeviceConfigSpecOperation.edit, larger));
                }));
        var ephemeral = change(
                VirtualDeviceConfigSpecOperation.add,
                ephemeral(key, properties.diskMib() * KIB_OF_MIB, choice, template));
        ephemeral.fileOperation = VirtualDeviceConfigSpecFileOperation.create;
        ephemeral.profile = profile(policyId);
        changes.add(ephemeral);
        return changes.toArray(VirtualDeviceConfigSpec[]::new);
    }

    /** Another kind of SCSI controller in the place of the stemcell's, under its key, so that its disks stay at it. */
    private Optional<VirtualDeviceConfigSpec> controller(Stemcells.Template template) {
        if (settings.scsiController() == ScsiController.LSI_LOGIC) {
            return Optional.empty();
        }
        VirtualSCSIController wanted = settings.scsiController() == ScsiController.PARAVIRTUAL
                ? new ParaVirtualSCSIController()
                : new VirtualLsiLogicSASController();
        return template.devices().stream()
                .filter(VirtualSCSIController.class::isInstance)
                .map(VirtualSCSIController.class::cast)
                .findFirst()
                .filter(there -> there.getClass() != wanted.getClass())
                .map(there -> {
                    wanted.key = there.key;
                    wanted.controllerKey = there.controllerKey;
                    wanted.unitNumber = there.unitNumber;
                    wanted.busNumber = there.busNumber;
                    wanted.sharedBus = there.sharedBus;
                    return change(VirtualDeviceConfigSpecOperation.edit, wanted);
                });
    }

    static VirtualDeviceConfigSpec change(VirtualDeviceConfigSpecOperation operation, VirtualDevice device) {
        var change = new VirtualDeviceConfigSpec();
        change.operation = operation;
        change.device = device;
        return change;
    }

    static VirtualDisk grown(VirtualDisk disk, long kib) {
        var larger = new VirtualDisk();
        larger.key = disk.key;
        larger.controllerKey = disk.controllerKey;
        larger.unitNumber = disk.unitNumber;
        larger.backing = disk.backing;
        larger.capacityInKB = kib;
        return larger;
    }

    private static VirtualVmxnet3 nic(int key, VirtualDeviceBackingInfo backing, VmNetwork network) {
        var nic = new VirtualVmxnet3();
        nic.key = key;
        nic.addressType = "generated";
        nic.backing = backing;
        nic.connectable = new VirtualDeviceConnectInfo();
        nic.connectable.startConnected = true;
        nic.connectable.allowGuestControl = true;
        nic.connectable.connected = true;
        nic.wakeOnLanEnabled = true;
        return nic;
    }

    private VirtualDisk ephemeral(int key, long kib, Choice choice, Stemcells.Template template) {
        var backing = new VirtualDiskFlatVer2BackingInfo();
        backing.fileName = "[" + choice.store().name() + "]";
        backing.datastore = References.store(choice.store().id());
        backing.diskMode = "persistent";
        backing.thinProvisioned = settings.diskType().equals("thin");
        var disk = new VirtualDisk();
        disk.key = key;
        disk.backing = backing;
        disk.capacityInKB = kib;
        var at = freeSlot(template.devices(), List.of());
        disk.controllerKey = at.controllerKey();
        disk.unitNumber = at.unit();
        return disk;
    }

    /** A place at a SCSI controller. */
    record Slot(int controllerKey, int unit) {}

    /** The first place at a SCSI controller that no disk has. */
    static Slot freeSlot(List<VirtualDevice> devices, List<Slot> taken) {
        for (VirtualDevice controller : devices) {
            if (!(controller instanceof VirtualSCSIController scsi)) {
                continue;
            }
            for (int unit = 0; unit < 16; unit++) {
                var slot = new Slot(scsi.key, unit);
                // The seventh is the controller itself.
                if (unit != 7 && !taken.contains(slot) && devices.stream().noneMatch(device -> isAt(device, slot))) {
                    return slot;
                }
            }
        }
        throw new CpiException(
                new CpiFailure.CloudError("the VM has no free place at a SCSI controller for another disk", false));
    }

    private static boolean isAt(VirtualDevice device, Slot slot) {
        return device.controllerKey != null
                && device.controllerKey == slot.controllerKey()
                && device.unitNumber != null
                && device.unitNumber == slot.unit();
    }

    static Optional<VirtualDisk> root(Stemcells.Template template) {
        return template.devices().stream()
                .filter(VirtualDisk.class::isInstance)
                .map(VirtualDisk.class::cast)
                .findFirst();
    }

    static VirtualMachineProfileSpec[] profile(Optional<String> policyId) {
        return policyId.map(id -> {
                    var profile = new VirtualMachineDefinedProfileSpec();
                    profile.profileId = id;
                    return new VirtualMachineProfileSpec[] {profile};
                })
                .orElse(new VirtualMachineProfileSpec[0]);
    }
}
