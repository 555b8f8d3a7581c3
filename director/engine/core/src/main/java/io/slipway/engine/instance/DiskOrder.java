package io.slipway.engine.instance;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a goal asks of the instance's disks beyond what its spec says.
 *
 * @param anew makes other disks and moves the data, even where the disks are as they should be
 * @param growInPlace where only the size grows, the infrastructure grows the disk itself, if it can
 * @param orphan the cid of a disk that the instance lets go; empty for none
 * @param adopt a disk that takes the place of the present one; null for none
 */
public record DiskOrder(
        boolean anew,
        boolean growInPlace,
        String orphan,
        @Nullable Adopted adopt) {
    public static final DiskOrder NONE = new DiskOrder(false, false, "", null);

    /** A disk that exists, and what is known of it. */
    public record Adopted(String cid, long sizeMb, Map<String, Object> cloudProperties, String fingerprint) {}

    public static DiskOrder letGo(String cid) {
        return new DiskOrder(false, false, cid, null);
    }

    public static DiskOrder adopt(Adopted disk) {
        return new DiskOrder(false, false, "", disk);
    }

    /** Whether it names disks, and is thus about nothing else. */
    boolean isOfOneDisk() {
        return !orphan.isEmpty() || adopt != null;
    }

    boolean isUnwanted(PersistentDisk disk) {
        return adopt == null
                ? !orphan.isEmpty() && disk.cid().equals(orphan)
                : disk.name().isEmpty() && !disk.cid().equals(adopt.cid());
    }
}
