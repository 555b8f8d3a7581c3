package io.slipway.cpi.local;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names of what this CPI makes on the machine. A VM's and a disk's cid follow from the key that the director minted, so
 * that a key can never have two of them. A VM's interfaces and its namespace are named after its cid, and the machine may have
 * several directors, which mint the same keys: the cid follows from the director, too.
 */
record Names(String directorUuid) {
    private static final Pattern VM_CID = Pattern.compile("vm-[0-9a-f]{12}");
    private static final Pattern DISK_CID = Pattern.compile("disk-[0-9a-f]{12}");
    private static final Pattern SNAPSHOT_CID = Pattern.compile("snapshot-[0-9a-f-]{36}");
    private static final Pattern BRIDGE = Pattern.compile("sw-[0-9a-f]{8}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int KEY_DIGITS = 12;

    /** Eight digits that stand for the director. */
    String director() {
        return hash(directorUuid, 8);
    }

    String vmCid(String agentId) {
        return "vm-" + hash(agentId + " " + directorUuid, KEY_DIGITS);
    }

    /** What an earlier release called a VM, of whichever director. */
    static String formerVmCid(String agentId) {
        return "vm-" + hash(agentId, KEY_DIGITS);
    }

    String diskCid(String diskKey) {
        return "disk-" + hash(diskKey, KEY_DIGITS);
    }

    String snapshotCid(String snapshotKey) {
        return "snapshot-" + hash(snapshotKey, 36);
    }

    static boolean isVmCid(String cid) {
        return VM_CID.matcher(cid).matches();
    }

    static boolean isDiskCid(String cid) {
        return DISK_CID.matcher(cid).matches();
    }

    static boolean isSnapshotCid(String cid) {
        return SNAPSHOT_CID.matcher(cid).matches();
    }

    static boolean isBridge(String networkCid) {
        return BRIDGE.matcher(networkCid).matches();
    }

    static boolean isSha256(String digest) {
        return SHA256.matcher(digest).matches();
    }

    String bridge(String cidr) {
        return "sw-" + hash(cidr + " " + directorUuid, 8);
    }

    String table() {
        return "slipway_" + director();
    }

    String cgroupParent() {
        return "slipway-" + director();
    }

    static String networkNamespace(String vmCid) {
        return "sw-" + key(vmCid);
    }

    /** At most 15 characters, the kernel's limit. */
    static String hostInterface(String vmCid, int index) {
        return "s" + key(vmCid) + "." + index;
    }

    private static String key(String cid) {
        return cid.substring(cid.indexOf('-') + 1);
    }

    private static String hash(String text, int digits) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, digits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
