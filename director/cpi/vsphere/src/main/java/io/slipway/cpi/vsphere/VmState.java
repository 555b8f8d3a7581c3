package io.slipway.cpi.vsphere;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.OptionValue;
import com.vmware.vim25.VirtualDevice;
import com.vmware.vim25.VirtualDeviceFileBackingInfo;
import com.vmware.vim25.VirtualDisk;
import com.vmware.vim25.VirtualMachinePowerState;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.vsphere.vcenter.Objects.Found;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A VM as vCenter has it: what of it this CPI reads. */
record VmState(
        ManagedObjectReference reference,
        String name,
        Optional<VirtualMachinePowerState> power,
        Optional<ManagedObjectReference> host,
        List<VirtualDevice> devices,
        Map<String, String> extraConfig) {
    static final String[] PROPERTIES = {
        "name", "runtime.powerState", "runtime.host", "config.hardware.device", "config.extraConfig"
    };
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is kept at the VM of who it is. */
    record Identity(String cid, String director, String agentId, List<VmNetwork> networks) {}

    /** A disk that is attached, or was and has not come home yet. */
    record Attached(String diskCid, Optional<VirtualDisk> device, String path) {}

    static VmState of(Found found) {
        var options = new HashMap<String, String>();
        for (OptionValue option : found.list("config.extraConfig", OptionValue[].class)) {
            if (option.key != null && option.value instanceof String text && !text.isEmpty()) {
                options.put(option.key, text);
            }
        }
        return new VmState(
                found.reference(),
                found.text("name"),
                found.get("runtime.powerState", VirtualMachinePowerState.class),
                found.get("runtime.host", ManagedObjectReference.class),
                found.list("config.hardware.device", VirtualDevice[].class),
                options);
    }

    /** Of the records alone, which many VMs can be asked for in one call. */
    static VmState ofRecords(Found found) {
        var options = new HashMap<String, String>();
        found.properties().values().forEach(value -> {
            if (value instanceof OptionValue option && option.value instanceof String text) {
                options.put(option.key, text);
            }
        });
        return new VmState(
                found.reference(),
                found.text("name"),
                found.get("runtime.powerState", VirtualMachinePowerState.class),
                Optional.empty(),
                List.of(),
                options);
    }

    boolean isOn() {
        return power.map(state -> state == VirtualMachinePowerState.poweredOn).orElse(false);
    }

    Optional<Identity> identity() {
        return Optional.ofNullable(extraConfig.get(Names.VM_RECORD)).flatMap(VmState::identity);
    }

    static Optional<Identity> identity(String json) {
        try {
            return Optional.of(JSON.readValue(json, Identity.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    static Map<String, String> metadata(String json) {
        try {
            return JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            return Map.of();
        }
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    Optional<VmDescription> described() {
        return identity()
                .map(identity -> new VmDescription(
                        identity.cid(),
                        identity.agentId(),
                        isOn(),
                        identity.networks(),
                        metadata(extraConfig.getOrDefault(Names.METADATA, "{}"))));
    }

    /** Persistent disks, in the order of their cids. */
    List<Attached> disks() {
        return extraConfig.keySet().stream()
                .filter(key -> key.startsWith(Names.ATTACHED))
                .sorted()
                .map(key -> disk(key.substring(Names.ATTACHED.length())))
                .flatMap(Optional::stream)
                .toList();
    }

    Optional<Attached> disk(String diskCid) {
        String where = extraConfig.get(Names.ATTACHED + diskCid);
        if (where == null) {
            return Optional.empty();
        }
        if (where.startsWith("[")) {
            return Optional.of(new Attached(diskCid, Optional.empty(), where));
        }
        return devices.stream()
                .filter(VirtualDisk.class::isInstance)
                .map(VirtualDisk.class::cast)
                .filter(device -> (device.controllerKey + ":" + device.unitNumber).equals(where))
                .findFirst()
                .map(device -> new Attached(diskCid, Optional.of(device), path(device)));
    }

    static String path(VirtualDisk disk) {
        return disk.backing instanceof VirtualDeviceFileBackingInfo file && file.fileName != null ? file.fileName : "";
    }
}
