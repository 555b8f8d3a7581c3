package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.DiskType;
import io.slipway.model.manifest.InstanceGroup;
import io.slipway.model.manifest.NamedDisk;
import io.slipway.model.name.Name;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds what an instance group's persistent disks are made of. */
final class DiskResolver {
    private final CloudConfig cloud;
    private final Problems problems;

    DiskResolver(CloudConfig cloud, Problems problems) {
        this.cloud = cloud;
        this.problems = problems;
    }

    /** The disk that is mounted at the store. */
    Optional<DiskSpec> store(InstanceGroup group) {
        requireOneKind(group);
        if (group.persistentDiskType().isPresent()) {
            String name = group.persistentDiskType().get();
            var type = cloud.diskType(name);
            if (type.isEmpty()) {
                problem(
                        group,
                        ErrorCodes.GROUP_UNKNOWN_DISK_TYPE,
                        "persistent_disk_type",
                        "references an unknown disk type '" + name + "': it is not in the cloud config");
            }
            return type.filter(DiskType::isDisk).map(found -> of("", found));
        }
        return group.persistentDiskMb().map(size -> new DiskSpec("", size, "", Map.of()));
    }

    private void requireOneKind(InstanceGroup group) {
        int kinds = (group.persistentDiskMb().isPresent() ? 1 : 0)
                + (group.persistentDiskType().isPresent() ? 1 : 0)
                + (group.persistentDisks().isEmpty() ? 0 : 1);
        if (kinds > 1) {
            problem(
                    group,
                    ErrorCodes.GROUP_INVALID_DISK,
                    "persistent_disks",
                    "specifies more than one of the following keys: 'persistent_disk', 'persistent_disk_type', and"
                            + " 'persistent_disks'. Choose one.");
        }
    }

    /** The disks that jobs find by links. */
    List<DiskSpec> named(InstanceGroup group) {
        var disks = new ArrayList<DiskSpec>();
        var names = new HashSet<String>();
        for (NamedDisk disk : group.persistentDisks()) {
            if (!names.add(disk.name())) {
                problem(
                        group,
                        ErrorCodes.GROUP_INVALID_DISK,
                        "persistent_disks",
                        "persistent_disks's section contains duplicate names: '" + disk.name() + "'");
            } else {
                Name.DISK
                        .problem("name", disk.name())
                        .ifPresent(found -> problem(
                                group,
                                ErrorCodes.GROUP_INVALID_DISK,
                                "persistent_disks",
                                "persistent_disks's section contains a disk whose " + found.message()));
            }
            if (cloud.diskType(disk.type()).filter(type -> !type.isDisk()).isPresent()) {
                problem(
                        group,
                        ErrorCodes.GROUP_INVALID_DISK,
                        "persistent_disks",
                        "persistent_disks's section has the disk '" + disk.name() + "' of type '" + disk.type()
                                + "', whose size is 0: expected a type with a size");
            }
            cloud.diskType(disk.type())
                    .ifPresentOrElse(
                            type -> disks.add(of(disk.name(), type)),
                            () -> problem(
                                    group,
                                    ErrorCodes.GROUP_UNKNOWN_DISK_TYPE,
                                    "persistent_disks",
                                    "persistent_disks's section references an unknown disk type '" + disk.type()
                                            + "'"));
        }
        return List.copyOf(disks);
    }

    private static DiskSpec of(String name, DiskType type) {
        return new DiskSpec(name, type.sizeMb(), type.name(), type.cloudProperties());
    }

    private void problem(InstanceGroup group, int code, String field, String what) {
        problems.add(
                code, "instance_groups." + group.name() + "." + field, "Instance group '" + group.name() + "' " + what);
    }
}
