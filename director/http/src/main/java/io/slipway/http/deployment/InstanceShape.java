package io.slipway.http.deployment;

import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.http.Answers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Instances in BOSH's JSON. */
final class InstanceShape {
    private InstanceShape() {}

    static Map<String, Object> brief(InstanceRow row) {
        return Answers.map(
                "agent_id", orNull(row.agentId()),
                "cid", orNull(row.vmCid()),
                "job", row.group(),
                "index", row.index(),
                "id", row.id(),
                "az", orNull(row.az()),
                "ips", row.ips(),
                "vm_created_at", orNull(row.vmCreatedAt()),
                "expects_vm", true);
    }

    static Map<String, Object> full(InstanceRow row, boolean isResurrectionPaused) {
        return Answers.map(
                "vm_cid", orNull(row.vmCid()),
                "active", !row.vmCid().isEmpty(),
                "vm_created_at", orNull(row.vmCreatedAt()),
                "disk_cid", row.diskCids().isEmpty() ? null : row.diskCids().getFirst(),
                "disk_cids", row.diskCids(),
                "ips", row.ips(),
                "dns", java.util.List.of(),
                "agent_id", orNull(row.agentId()),
                "job_name", row.group(),
                "index", row.index(),
                "job_state", row.jobState(),
                "state", row.state(),
                "resource_pool", row.vmType(),
                "vm_type", row.vmType(),
                "vitals", row.vitals().isEmpty() ? null : row.vitals(),
                "processes", row.processes(),
                "resurrection_paused", isResurrectionPaused,
                "az", orNull(row.az()),
                "id", row.id(),
                "bootstrap", row.bootstrap(),
                "ignore", row.ignored(),
                "stemcell", stemcell(row.stemcell()),
                "activity", orNull(row.activity()));
    }

    private static Map<String, Object> stemcell(String nameAndVersion) {
        int slash = nameAndVersion.lastIndexOf('/');
        return slash < 0
                ? Map.of()
                : Answers.map(
                        "name", nameAndVersion.substring(0, slash), "version", nameAndVersion.substring(slash + 1));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
