package io.slipway.cpi;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that Slipway asks of an infrastructure. Calls block, may be slow, and may run at the same time from many
 * threads; each is safe to repeat. Every method may throw {@link CpiException}; the failures worth telling apart are
 * named on the method.
 *
 * <p>Semantics are those of the BOSH CPI v2, with {@link #findVm}, {@link #findDisk} and {@link #listVms} added so that
 * a director that died between an act and its record can tell what happened.
 */
public interface Cpi extends AutoCloseable {
    /** Of a snapshot's metadata: the caller's key of it. */
    String SNAPSHOT_KEY = "snapshot_key";

    /**
     * This CPI, with its calls told to whoever asks. Cheap; the view is not closed.
     */
    default Cpi askedBy(CallContext asker) {
        return LoggedCalls.of(this, asker);
    }

    /** What this CPI is and takes. */
    Info info();

    /**
     * Imports a stemcell image and returns its cid. Importing the same image again may return the same cid.
     *
     * @param image the image file out of the stemcell archive
     * @param cloudProperties as in {@code stemcell.MF}
     */
    String createStemcell(Path image, Map<String, Object> cloudProperties);

    /** Deletes a stemcell; absent is success. */
    void deleteStemcell(String stemcellCid);

    /**
     * Makes and boots a VM. Where a VM with this agent id exists already, that VM is returned and no second one is made.
     *
     * @throws CpiException with {@link CpiFailure.StemcellNotFound}, with {@link CpiFailure.InvalidRequest} that names the
     *     cloud property, its value and what was expected, with {@link CpiFailure.VmCreationFailed} or {@link
     *     CpiFailure.NoSpace}; a VM that was not made is not listed
     */
    CreatedVm createVm(VmRequest request);

    /** Deletes a VM and everything ephemeral of it; disks stay. Absent is success. */
    void deleteVm(String vmCid);

    boolean hasVm(String vmCid);

    /** Restarts a VM. Throws with {@link CpiFailure.VmNotFound} where there is none. */
    void rebootVm(String vmCid);

    /** Replaces the metadata (tags) of a VM. Throws with {@link CpiFailure.VmNotFound} where there is none. */
    void setVmMetadata(String vmCid, Map<String, String> metadata);

    /** The VM that was created for this agent id, whatever its power state. */
    Optional<VmDescription> findVm(String agentId);

    /** All VMs that this CPI made for this director. */
    List<VmDescription> listVms();

    /** Cloud properties of a VM type that fits at least these sizes. */
    Map<String, Object> calculateVmCloudProperties(VmResources resources);

    /**
     * Creates a persistent disk. Where a disk with this key exists already, that disk is returned.
     *
     * @param diskKey minted by the caller before the call; kept in the disk's metadata
     * @throws CpiException with {@link CpiFailure.NoSpace} when there is no room
     */
    String createDisk(String diskKey, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVmCid);

    /** Deletes a detached disk; absent is success. An attached one is refused and stays as it is. */
    void deleteDisk(String diskCid);

    boolean hasDisk(String diskCid);

    /** The disk that was created under this key. */
    Optional<String> findDisk(String diskKey);

    /** Cids of the disks that are attached to a VM. Throws with {@link CpiFailure.VmNotFound} where there is none. */
    List<String> getDisks(String vmCid);

    /**
     * Attaches a disk and returns the device path by which the agent finds it. Attached already is success; attached to
     * another VM is refused, unless that VM was deleted meanwhile.
     *
     * @throws CpiException with {@link CpiFailure.VmNotFound} or {@link CpiFailure.DiskNotFound}
     */
    String attachDisk(String vmCid, String diskCid);

    /** Detaches a disk; not attached, or no such VM, is success. */
    void detachDisk(String vmCid, String diskCid);

    /**
     * Grows a detached disk. Throws with {@link CpiFailure.NotSupported} where only copying helps, and with {@link
     * CpiFailure.DiskNotFound}.
     */
    void resizeDisk(String diskCid, DataSize size);

    /** Replaces the metadata of a disk. Throws with {@link CpiFailure.DiskNotFound} where there is none. */
    void setDiskMetadata(String diskCid, Map<String, String> metadata);

    /**
     * Snapshots a disk, attached or not, and returns the snapshot's cid. Where the metadata has a {@link #SNAPSHOT_KEY}
     * under which a snapshot was made already, a CPI that keeps such keys returns that one. Throws with {@link CpiFailure.NotSupported}
     * where disks have no snapshots, and with {@link CpiFailure.DiskNotFound}.
     */
    String snapshotDisk(String diskCid, Map<String, String> metadata);

    /** Deletes a snapshot; absent is success. */
    void deleteSnapshot(String snapshotCid);

    /** Creates a subnet where networks are managed; throws with {@link CpiFailure.NotSupported} elsewhere. */
    String createNetwork(Map<String, Object> subnetDefinition);

    /** Deletes a managed network; absent is success. */
    void deleteNetwork(String networkCid);

    /**
     * Makes an unpacked package visible to all VMs without copying it into each, at
     * {@code /var/vcap/data/shared-packages/<sha256>} in every VM. Returns false where the infrastructure has no such
     * means; agents then download the package.
     *
     * @param sha256 of the archive, lower-case hexadecimal
     * @param archive asked for only where the infrastructure lacks the package
     */
    default boolean sharePackage(String sha256, PackageArchive archive) {
        return false;
    }

    /** Powers on every VM that should run and does not, as a hypervisor does after its host booted. */
    default void powerOnAll() {}

    /** Stops all VMs, keeping all they need to boot again. */
    default void powerOffAll() {}

    /** Removes everything that this CPI ever made on its infrastructure for this director. The CPI is closed next. */
    default void purge() {}

    @Override
    default void close() {}
}
