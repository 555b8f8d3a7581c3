package io.slipway.cpi.simulated;

import java.util.Map;

/**
 * {@code <disk cid>.json}.
 *
 * @param attachedTo a VM's cid, or empty
 * @param content stands for the data; empty on a blank disk
 */
record DiskRecord(String cid, String key, long bytes, String attachedTo, Map<String, String> metadata, String content) {
    DiskRecord on(String vmCid) {
        return new DiskRecord(cid, key, bytes, vmCid, metadata, content);
    }

    DiskRecord grown(long nextBytes) {
        return new DiskRecord(cid, key, nextBytes, attachedTo, metadata, content);
    }

    DiskRecord withMetadata(Map<String, String> next) {
        return new DiskRecord(cid, key, bytes, attachedTo, Map.copyOf(next), content);
    }

    DiskRecord holding(String nextContent) {
        return new DiskRecord(cid, key, bytes, attachedTo, metadata, nextContent);
    }

    /** By which an agent finds it in any VM. */
    String device() {
        return "/dev/simulated/" + cid;
    }
}
