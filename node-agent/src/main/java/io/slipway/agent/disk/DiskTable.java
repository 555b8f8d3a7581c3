package io.slipway.agent.disk;

import io.slipway.agent.layout.DurableFile;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.settings.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which disks are attached, by which device, and where each is to be mounted: kept over boots. */
final class DiskTable {
    /**
     * One disk.
     *
     * @param mountPoint empty while the disk is attached but not mounted
     * @param name by which jobs find its device, or empty
     */
    record Disk(String cid, String device, String mountPoint, String name) {
        Disk at(String newMountPoint) {
            return new Disk(cid, device, newMountPoint, name);
        }
    }

    private final Layout layout;
    private final Map<String, Disk> disks = new LinkedHashMap<>();

    DiskTable(Layout layout) throws IOException {
        this.layout = layout;
        if (Files.exists(layout.disksFile())
                && Json.parse(Files.readString(layout.disksFile())) instanceof Map<?, ?> entries) {
            for (var entry : entries.entrySet()) {
                if (entry.getValue() instanceof Map<?, ?> disk) {
                    var cid = String.valueOf(entry.getKey());
                    disks.put(cid, new Disk(cid, text(disk, "device"), text(disk, "mount_point"), text(disk, "name")));
                }
            }
        }
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String value ? value : "";
    }

    synchronized Optional<Disk> find(String cid) {
        return Optional.ofNullable(disks.get(cid));
    }

    synchronized Map<String, Disk> all() {
        return Map.copyOf(disks);
    }

    synchronized void put(Disk disk) throws IOException {
        disks.put(disk.cid(), disk);
        save();
    }

    synchronized void remove(String cid) throws IOException {
        if (disks.remove(cid) != null) {
            save();
        }
    }

    private void save() throws IOException {
        var json = disks.values().stream()
                .map(d -> Json.quote(d.cid) + ":{\"device\":" + Json.quote(d.device) + ",\"mount_point\":"
                        + Json.quote(d.mountPoint) + ",\"name\":" + Json.quote(d.name) + "}")
                .collect(Collectors.joining(",", "{", "}"));
        DurableFile.write(layout.disksFile(), json.getBytes(StandardCharsets.UTF_8));
    }
}
