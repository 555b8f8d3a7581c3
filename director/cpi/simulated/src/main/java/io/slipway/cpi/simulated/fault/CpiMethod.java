package io.slipway.cpi.simulated.fault;

/** The calls of {@link io.slipway.cpi.Cpi} that can be made to go wrong. The subject of a call is named with each. */
public enum CpiMethod {
    /** Subject: the image's file name. */
    CREATE_STEMCELL,
    DELETE_STEMCELL,
    /** Subject: the agent id. */
    CREATE_VM,
    DELETE_VM,
    HAS_VM,
    REBOOT_VM,
    SET_VM_METADATA,
    /** Subject: the agent id. */
    FIND_VM,
    /** Subject: empty. */
    LIST_VMS,
    /** Subject: empty. */
    CALCULATE_VM_CLOUD_PROPERTIES,
    /** Subject: the disk's key. */
    CREATE_DISK,
    DELETE_DISK,
    HAS_DISK,
    /** Subject: the disk's key. */
    FIND_DISK,
    GET_DISKS,
    /** Subject: the disk's cid. */
    ATTACH_DISK,
    /** Subject: the disk's cid. */
    DETACH_DISK,
    RESIZE_DISK,
    SET_DISK_METADATA,
    SNAPSHOT_DISK,
    DELETE_SNAPSHOT,
    /** Subject: empty. */
    CREATE_NETWORK,
    DELETE_NETWORK,
    /** Subject: the digest. */
    SHARE_PACKAGE
}
