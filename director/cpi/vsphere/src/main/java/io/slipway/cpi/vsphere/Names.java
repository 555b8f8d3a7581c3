package io.slipway.cpi.vsphere;

import io.slipway.cpi.VmNetwork;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Cids and the names of things in vCenter. All follow from the director and the key that it asked with, so that the same
 * request meets the same thing, made or not, whoever asks after whatever happened in between.
 */
final class Names {
    static final String VM = "vm-";
    static final String DISK = "disk-";
    static final String STEMCELL = "sc-";
    static final String SNAPSHOT = "snapshot-";

    /** Whose VM it is, as its agent id and networks, in one JSON object. */
    static final String VM_RECORD = "slipway.vm";

    static final String METADATA = "slipway.metadata";
    /** Before a disk's cid: where at the VM that disk is. */
    static final String ATTACHED = "slipway.disk.";

    static final String SETTINGS = "guestinfo.slipway.settings";
    static final String NETWORKS = "guestinfo.slipway.networks";

    private static final int LONGEST_NAME = 80;

    private final String directorUuid;

    Names(String directorUuid) {
        this.directorUuid = directorUuid;
    }

    String director() {
        return directorUuid;
    }

    String vm(String agentId) {
        return VM + uuid("vm", agentId);
    }

    String disk(String diskKey) {
        return DISK + mark() + "-" + uuid("disk", diskKey);
    }

    String stemcell(String digest) {
        return STEMCELL + uuid("stemcell", digest);
    }

    String snapshot(String diskCid, String key) {
        return SNAPSHOT + mark() + "-" + uuid("snapshot", diskCid + "\n" + key);
    }

    /** In names of files, of which vCenter keeps no owner. */
    String mark() {
        return HexFormat.of().formatHex(sha256("director\n" + directorUuid), 0, 4);
    }

    /** The instance UUID that vCenter finds a VM by, wherever it was moved and however renamed. */
    static Optional<String> instanceUuid(String vmCid) {
        try {
            return vmCid.startsWith(VM)
                    ? Optional.of(UUID.fromString(vmCid.substring(VM.length())).toString())
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What people see in vCenter: the cid, or instance group and deployment with a part of it. */
    static String shown(String vmCid, Map<String, String> metadata, boolean isReadable) {
        String group = metadata.getOrDefault("instance_group", metadata.getOrDefault("job", ""));
        String deployment = metadata.getOrDefault("deployment", "");
        if (!isReadable || group.isEmpty() || deployment.isEmpty()) {
            return vmCid;
        }
        String part = vmCid.replace("-", "").substring(VM.length() - 1);
        String end = "_" + part.substring(0, Math.min(12, part.length()));
        String begin = (group + "_" + deployment).replaceAll("[^A-Za-z0-9_.-]", "-");
        return begin.substring(0, Math.min(begin.length(), LONGEST_NAME - end.length())) + end;
    }

    /** The SCSI identity of a disk, which its guest and vCenter see wherever it is: 32 hexadecimal digits. */
    static String wwn(String diskCid) {
        // VMware's own vendor part, and 100 bits of ours.
        return "6000c29" + HexFormat.of().formatHex(sha256(diskCid)).substring(0, 25);
    }

    /** As the guest finds a disk. */
    static String device(String diskCid) {
        return "/dev/disk/by-id/wwn-0x" + wwn(diskCid);
    }

    /** A disk's identity as VirtualDiskManager takes it: bytes in pairs of digits, the halves apart. */
    static String diskUuid(String diskCid) {
        String digits = wwn(diskCid);
        var spaced = new StringBuilder();
        for (int i = 0; i < digits.length(); i += 2) {
            spaced.append(i == 0 ? "" : i == 16 ? "-" : " ").append(digits, i, i + 2);
        }
        return spaced.toString();
    }

    /** The name of the vSphere network of a subnet. */
    static Optional<String> vsphereNetwork(VmNetwork network) {
        return network.cloudProperties().get("name") instanceof String name && !name.isBlank()
                ? Optional.of(name)
                : Optional.empty();
    }

    private UUID uuid(String kind, String key) {
        var digest = ByteBuffer.wrap(sha256(directorUuid + "\n" + kind + "\n" + key));
        long high = digest.getLong() & ~0xF000L | 0x8000L;
        long low = digest.getLong() & ~(3L << 62) | 1L << 63;
        return new UUID(high, low);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
