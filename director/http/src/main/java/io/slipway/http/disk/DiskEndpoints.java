package io.slipway.http.disk;

import io.slipway.engine.DiskChanges;
import io.slipway.engine.DiskChanges.Attachment;
import io.slipway.engine.OrphanDisks;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Orphan disks, and what operators do with disks of instances. */
public final class DiskEndpoints extends Feature {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    private static final int INVALID_VALUE = 40005;

    private final OrphanDisks orphans;
    private final DiskChanges changes;

    public DiskEndpoints(OrphanDisks orphans, DiskChanges changes, Executor blocking) {
        super(blocking);
        this.orphans = orphans;
        this.changes = changes;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                        "/disks",
                        answer(call -> Answers.json(orphans.list().stream()
                                .map(DiskEndpoints::orphan)
                                .toList()))),
                Endpoint.put("/disks/{cid}/attachments", task(this::attach)),
                Endpoint.delete("/disks/{cid}", task(this::delete)));
    }

    private CompletionStage<Long> attach(Call call) {
        String properties = call.query("disk_properties", "");
        if (!properties.isEmpty() && !properties.equals("copy")) {
            throw RequestRefused.invalid(
                    INVALID_VALUE, "disk_properties is '" + properties + "': expected copy, or nothing");
        }
        return changes.attach(
                new Attachment(
                        call.path("cid"),
                        required(call, "deployment"),
                        required(call, "job"),
                        required(call, "instance_id"),
                        !properties.isEmpty()),
                call.requester());
    }

    /** As BOSH: anything but "false" means that the disk becomes an orphan. */
    private CompletionStage<Long> delete(Call call) {
        return call.query("orphan", "false").equals("false")
                ? orphans.delete(call.path("cid"), call.requester())
                : changes.orphan(call.path("cid"), call.requester());
    }

    private static String required(Call call, String name) {
        String value = call.query(name, "");
        if (value.isBlank()) {
            throw RequestRefused.invalid(INVALID_VALUE, name + " is missing: give it as a parameter of the query");
        }
        return value;
    }

    /** As the lists show it. */
    public static Map<String, Object> orphan(OrphanDisk disk) {
        return Answers.map(
                "disk_cid", disk.cid(),
                "size", disk.sizeMb(),
                "az", disk.az(),
                "deployment_name", disk.deployment(),
                "instance_name", disk.instance(),
                "cloud_properties", disk.cloudProperties(),
                "orphaned_at", time(disk.orphanedAt()));
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }
}
