package io.slipway.cpi.vsphere.properties;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cloud properties of a VM type, its extensions and the AZ, merged.
 *
 * @param clusters where the VM may be, instead of the CPI's own clusters
 * @param stores where its ephemeral disks may be, instead of the CPI's own pattern
 */
public record VmProperties(
        int cpu,
        long ramMib,
        long diskMib,
        Optional<Long> rootDiskGib,
        boolean isCpuHotAdded,
        boolean isMemoryHotAdded,
        boolean isNested,
        boolean isCpuReserved,
        boolean isMemoryReserved,
        Optional<Boolean> isHardwareUpgraded,
        Optional<Boolean> hasReadableName,
        Optional<Boolean> isLinkedClone,
        List<ClusterWish> clusters,
        Optional<StoreWish> stores,
        List<Tag> tags,
        Optional<String> vmGroup,
        boolean isLeftByDrs,
        Optional<String> restartPriority,
        Map<String, String> vmxOptions,
        Optional<String> storagePolicy) {
    private static final List<String> PRIORITIES = List.of("disabled", "lowest", "low", "medium", "high", "highest");

    /** A tag that exists in vCenter. */
    public record Tag(String category, String name) {}

    public static VmProperties of(Map<String, Object> cloudProperties, String datacenter) {
        var fields = new Fields("cloud property", cloudProperties);
        var properties = new VmProperties(
                (int) fields.requiredNumber("cpu", 1),
                fields.requiredNumber("ram", 4),
                fields.requiredNumber("disk", 1),
                fields.number("root_disk_size_gb", 1),
                fields.flag("cpu_hot_add_enabled").orElse(false),
                fields.flag("memory_hot_add_enabled").orElse(false),
                fields.flag("nested_hardware_virtualization").orElse(false),
                fields.flag("cpu_reserve_full_mhz").orElse(false),
                fields.flag("memory_reservation_locked_to_max").orElse(false),
                fields.flag("upgrade_hw_version"),
                fields.flag("enable_human_readable_name"),
                fields.flag("linked_clone"),
                clusters(fields, datacenter),
                StoreWish.listed(fields),
                tags(fields),
                fields.text("vm_group"),
                fields.flag("disable_drs").orElse(false),
                fields.word("ha_restart_priority", PRIORITIES),
                fields.map("vmx_options").map(Fields::texts).orElse(Map.of()),
                fields.map("storage_policy").flatMap(VmProperties::policy));
        fields.refuse("nsx", "NSX-V has ended");
        fields.refuse("nsxt", "this CPI does not speak with NSX yet");
        fields.refuse("pci_passthroughs", "this CPI attaches no PCI devices yet");
        fields.refuse("vgpus", "this CPI attaches no virtual GPUs yet");
        fields.refuse("device_groups", "this CPI attaches no device groups yet");
        fields.end();
        return properties;
    }

    private static Optional<String> policy(Fields policy) {
        var name = policy.text("name");
        policy.end();
        return name;
    }

    private static List<Tag> tags(Fields fields) {
        return fields.maps("tags").stream()
                .map(tag -> {
                    var made = new Tag(tag.requiredText("category"), tag.requiredText("tag"));
                    tag.end();
                    return made;
                })
                .toList();
    }

    private static List<ClusterWish> clusters(Fields fields, String datacenter) {
        var datacenters = fields.maps("datacenters");
        if (datacenters.size() > 1) {
            throw fields.wrong("datacenters", datacenters.size() + " data centers", "one data center");
        }
        if (datacenters.isEmpty()) {
            return List.of();
        }
        var one = datacenters.getFirst();
        one.text("name").filter(name -> !name.equals(datacenter)).ifPresent(other -> {
            throw one.wrong("name", other, "the data center of the CPI's settings, '" + datacenter + "'");
        });
        var clusters = ClusterWish.listOf(one);
        one.end();
        return clusters;
    }
}
