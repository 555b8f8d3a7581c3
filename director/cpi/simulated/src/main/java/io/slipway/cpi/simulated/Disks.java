package io.slipway.cpi.simulated;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Persistent disks and their snapshots. One lock for all writers: nothing here takes long. */
final class Disks {
    private final DataSize capacity;
    private final Shelf<DiskRecord> disks;
    private final Shelf<SnapshotRecord> snapshots;
    private final Map<String, String> cidsByKey = new ConcurrentHashMap<>();
    private long usedBytes;

    /** {@code <snapshot cid>.json}. */
    record SnapshotRecord(String cid, String diskCid, Map<String, String> metadata, String content) {}

    Disks(Path directory, DataSize capacity) {
        this.capacity = capacity;
        disks = new Shelf<>(directory.resolve("disks"), DiskRecord.class, DiskRecord::cid);
        snapshots = new Shelf<>(directory.resolve("snapshots"), SnapshotRecord.class, SnapshotRecord::cid);
        disks.all().forEach(this::count);
    }

    private void count(DiskRecord disk) {
        cidsByKey.put(disk.key(), disk.cid());
        usedBytes += disk.bytes();
    }

    synchronized String create(String key, DataSize size) {
        var known = findByKey(key);
        if (known.isPresent()) {
            return known.get();
        }
        var available = new DataSize(Math.max(0, capacity.bytes() - usedBytes));
        if (size.compareTo(available) > 0) {
            throw new CpiException(new CpiFailure.NoSpace("a disk", size, available));
        }
        String cid = "disk-" + UUID.randomUUID();
        var disk = new DiskRecord(cid, key, size.bytes(), "", Map.of(), "");
        disks.put(cid, disk);
        count(disk);
        return cid;
    }

    Set<String> cids() {
        return disks.all().stream().map(DiskRecord::cid).collect(Collectors.toSet());
    }

    Optional<DiskRecord> find(String cid) {
        return disks.find(cid);
    }

    Optional<String> findByKey(String key) {
        return Optional.ofNullable(cidsByKey.get(key));
    }

    List<String> attachedTo(String vmCid) {
        return disks.all().stream()
                .filter(disk -> disk.attachedTo().equals(vmCid))
                .map(DiskRecord::cid)
                .sorted()
                .toList();
    }

    synchronized void delete(String cid) {
        find(cid).ifPresent(disk -> {
            if (!disk.attachedTo().isEmpty()) {
                throw refused("disk '" + cid + "' is attached to VM '" + disk.attachedTo() + "': detach it first");
            }
            disks.remove(cid);
            usedBytes -= disk.bytes();
            cidsByKey.remove(disk.key());
        });
    }

    synchronized String attach(String vmCid, String cid) {
        var disk = require(cid);
        if (!disk.attachedTo().isEmpty() && !disk.attachedTo().equals(vmCid)) {
            throw refused("disk '" + cid + "' is attached to VM '" + disk.attachedTo() + "': detach it there first");
        }
        disks.put(cid, disk.on(vmCid));
        return disk.device();
    }

    synchronized void detach(String vmCid, String cid) {
        find(cid).filter(disk -> disk.attachedTo().equals(vmCid)).ifPresent(disk -> disks.put(cid, disk.on("")));
    }

    synchronized void detachAll(String vmCid) {
        attachedTo(vmCid).forEach(cid -> detach(vmCid, cid));
    }

    synchronized void resize(String cid, DataSize size) {
        var disk = require(cid);
        if (!disk.attachedTo().isEmpty() || size.bytes() < disk.bytes()) {
            throw new CpiException(new CpiFailure.NotSupported("resize_disk of an attached disk, or to less"));
        }
        disks.put(cid, disk.grown(size.bytes()));
        usedBytes += size.bytes() - disk.bytes();
    }

    synchronized void metadata(String cid, Map<String, String> metadata) {
        disks.put(cid, require(cid).withMetadata(metadata));
    }

    synchronized void write(String cid, String content) {
        disks.put(cid, require(cid).holding(content));
    }

    synchronized String snapshot(String diskCid, Map<String, String> metadata) {
        var disk = require(diskCid);
        String key = metadata.get(Cpi.SNAPSHOT_KEY);
        var id = key == null ? UUID.randomUUID() : UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
        String cid = "snapshot-" + id;
        if (snapshots.find(cid).isEmpty()) {
            snapshots.put(cid, new SnapshotRecord(cid, diskCid, metadata, disk.content()));
        }
        return cid;
    }

    synchronized void deleteSnapshot(String cid) {
        snapshots.remove(cid);
    }

    synchronized void forgetAll() {
        disks.forgetAll();
        snapshots.forgetAll();
        usedBytes = 0;
        cidsByKey.clear();
    }

    private DiskRecord require(String cid) {
        return find(cid).orElseThrow(() -> new CpiException(new CpiFailure.DiskNotFound(cid)));
    }

    private static CpiException refused(String why) {
        return new CpiException(new CpiFailure.CloudError(why, false));
    }
}
