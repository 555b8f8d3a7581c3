package io.slipway.engine.instance;

import java.util.Map;

/**
 * A persistent disk, or the intent to make one.
 *
 * @param attachedTo a VM's cid, or empty
 * @param mountedBy an agent id, or empty
 * @param name empty for the disk that is mounted at the store; jobs find others by their links
 * @param bornFor the key of the goal for which it was made
 * @param copiedFor the fingerprint of a disk that this one cannot be made into
 */
public record PersistentDisk(
        String key,
        String cid,
        long sizeMb,
        String fingerprint,
        String attachedTo,
        String device,
        String addedBy,
        String mountedBy,
        Role role,
        String name,
        Map<String, Object> cloudProperties,
        String bornFor,
        String copiedFor) {

    public PersistentDisk {
        // In snapshots of earlier versions there are none.
        name = name == null ? "" : name;
        cloudProperties = cloudProperties == null ? Map.of() : cloudProperties;
        bornFor = bornFor == null ? "" : bornFor;
        copiedFor = copiedFor == null ? "" : copiedFor;
    }

    /** The key of an instance's next disk. */
    static String keyFor(String instanceId, InstanceGoal goal, InstanceState state) {
        return instanceId + "/" + goal.key() + "/" + state.disks().size();
    }

    static PersistentDisk intended(InstanceEvent.DiskIntended disk, Role role) {
        return new PersistentDisk(
                disk.key(),
                "",
                disk.sizeMb(),
                disk.fingerprint(),
                "",
                "",
                "",
                "",
                role,
                disk.name(),
                disk.cloudProperties(),
                disk.bornFor(),
                "");
    }

    static PersistentDisk adopted(InstanceEvent.DiskAdopted event) {
        var disk = event.disk();
        return new PersistentDisk(
                event.key(),
                disk.cid(),
                disk.sizeMb(),
                disk.fingerprint(),
                "",
                "",
                "",
                "",
                Role.ACTIVE,
                "",
                disk.cloudProperties(),
                "",
                "");
    }

    PersistentDisk at(String vmCid, String onDevice) {
        return new PersistentDisk(
                key,
                cid,
                sizeMb,
                fingerprint,
                vmCid,
                onDevice,
                "",
                "",
                role,
                name,
                cloudProperties,
                bornFor,
                copiedFor);
    }

    PersistentDisk known(String asCid) {
        return new PersistentDisk(
                key,
                asCid,
                sizeMb,
                fingerprint,
                attachedTo,
                device,
                addedBy,
                mountedBy,
                role,
                name,
                cloudProperties,
                bornFor,
                copiedFor);
    }

    PersistentDisk seen(String added, String mounted, Role as) {
        return new PersistentDisk(
                key,
                cid,
                sizeMb,
                fingerprint,
                attachedTo,
                device,
                added,
                mounted,
                as,
                name,
                cloudProperties,
                bornFor,
                copiedFor);
    }

    PersistentDisk sized(long toMb, String asFingerprint, String onlyByCopy) {
        return new PersistentDisk(
                key,
                cid,
                toMb,
                asFingerprint,
                attachedTo,
                device,
                addedBy,
                mountedBy,
                role,
                name,
                cloudProperties,
                bornFor,
                onlyByCopy);
    }

    /** An incoming disk takes over from the active one, which is then retired. */
    public enum Role {
        INCOMING,
        ACTIVE,
        RETIRED
    }
}
