package io.slipway.cpi.vsphere.properties;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cloud properties of a disk type.
 *
 * @param type how the disk's space is taken, in vCenter's word
 */
public record DiskProperties(Optional<String> type, Optional<StoreWish> stores, Optional<String> storagePolicy) {
    /** As vCenter's VirtualDiskType has them, those that a vCenter still makes. */
    static final List<String> TYPES = List.of("thin", "thick", "preallocated", "eagerZeroedThick");

    public static DiskProperties of(Map<String, Object> cloudProperties) {
        var fields = new Fields("cloud property", cloudProperties);
        var properties = new DiskProperties(
                fields.word("type", TYPES),
                StoreWish.listed(fields),
                fields.map("storage_policy").flatMap(policy -> {
                    var name = policy.text("name");
                    policy.end();
                    return name;
                }));
        fields.end();
        return properties;
    }
}
