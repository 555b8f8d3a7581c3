package io.slipway.engine.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.engine.TaskKind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.serialization.jackson.JacksonMigration;

/** Journals of versions before 2 told what a task was by its description alone. */
public final class FormerTaskCreated extends JacksonMigration {
    /** Longer beginnings come before shorter ones. */
    private static final Map<String, TaskKind> BY_BEGINNING = new LinkedHashMap<>();

    static {
        BY_BEGINNING.put("create deployment (dry run)", TaskKind.DRY_RUN);
        BY_BEGINNING.put("create deployment", TaskKind.UPDATE_DEPLOYMENT);
        BY_BEGINNING.put("delete deployment snapshots", TaskKind.DELETE_DEPLOYMENT_SNAPSHOTS);
        BY_BEGINNING.put("delete deployment", TaskKind.DELETE_DEPLOYMENT);
        BY_BEGINNING.put("start instance", TaskKind.UPDATE_INSTANCE);
        BY_BEGINNING.put("stop instance", TaskKind.UPDATE_INSTANCE);
        BY_BEGINNING.put("restart instance", TaskKind.UPDATE_INSTANCE);
        BY_BEGINNING.put("recreate instance", TaskKind.UPDATE_INSTANCE);
        BY_BEGINNING.put("run errand", TaskKind.RUN_ERRAND);
        BY_BEGINNING.put("export release", TaskKind.EXPORT_RELEASE);
        BY_BEGINNING.put("apply resolutions", TaskKind.RESOLVE_PROBLEMS);
        BY_BEGINNING.put("scan and fix", TaskKind.SCAN_AND_FIX);
        BY_BEGINNING.put("attach disk", TaskKind.ATTACH_DISK);
        BY_BEGINNING.put("orphan disk", TaskKind.ORPHAN_DISK);
        BY_BEGINNING.put("create release", TaskKind.UPDATE_RELEASE);
        BY_BEGINNING.put("create stemcell", TaskKind.UPDATE_STEMCELL);
        BY_BEGINNING.put("delete release", TaskKind.DELETE_RELEASE);
        BY_BEGINNING.put("delete stemcell", TaskKind.DELETE_STEMCELL);
        BY_BEGINNING.put("scan cloud", TaskKind.SCAN_PROBLEMS);
        BY_BEGINNING.put("retrieve vm-stats", TaskKind.VMS);
        BY_BEGINNING.put("ssh", TaskKind.SSH);
        BY_BEGINNING.put("fetch logs", TaskKind.FETCH_LOGS);
        BY_BEGINNING.put("snapshot deployment", TaskKind.SNAPSHOT_DEPLOYMENT);
        BY_BEGINNING.put("create snapshot", TaskKind.CREATE_SNAPSHOT);
        BY_BEGINNING.put("delete snapshot", TaskKind.DELETE_SNAPSHOT);
        BY_BEGINNING.put("delete vm", TaskKind.DELETE_VM);
        BY_BEGINNING.put("delete orphan disks", TaskKind.DELETE_ORPHAN_DISKS);
        BY_BEGINNING.put("delete orphan networks", TaskKind.DELETE_ORPHAN_NETWORKS);
    }

    @Override
    public int currentVersion() {
        return 2;
    }

    @Override
    public JsonNode transform(int fromVersion, JsonNode json) {
        if (fromVersion < 2 && !json.has("kind")) {
            ((ObjectNode) json)
                    .put("kind", kindOf(json.path("description").asText()).name());
        }
        return json;
    }

    private static TaskKind kindOf(String description) {
        return BY_BEGINNING.entrySet().stream()
                .filter(entry -> description.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(TaskKind.CLEAN_UP);
    }
}
