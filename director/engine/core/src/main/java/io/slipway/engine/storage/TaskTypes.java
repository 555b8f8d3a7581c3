package io.slipway.engine.storage;

import java.util.Locale;
import java.util.Map;

/** Types of tasks, by the beginnings of their descriptions: BOSH's names, which clients filter by. */
final class TaskTypes {
    private static final int LONGEST = 64;
    private static final Map<String, String> BY_DESCRIPTION = Map.ofEntries(
            Map.entry("create deployment", "update_deployment"),
            Map.entry("create release", "update_release"),
            Map.entry("create stemcell", "update_stemcell"),
            Map.entry("start instance", "update_instance"),
            Map.entry("stop instance", "update_instance"),
            Map.entry("restart instance", "update_instance"),
            Map.entry("recreate instance", "update_instance"),
            Map.entry("apply resolutions", "cck_apply"),
            Map.entry("scan cloud", "cck_scan"),
            Map.entry("retrieve vm-stats", "vms"),
            Map.entry("clean up", "delete_artifacts"),
            Map.entry("ssh", "ssh"),
            Map.entry("run errand", "run_errand"),
            Map.entry("create snapshot", "create_snapshot"),
            Map.entry("snapshot deployment", "snapshot_deployment"),
            Map.entry("export release", "export_release"),
            Map.entry("delete vm", "delete_vm"),
            Map.entry("attach disk", "attach_disk"),
            Map.entry("delete deployment", "delete_deployment"),
            Map.entry("delete release", "delete_release"),
            Map.entry("delete stemcell", "delete_stemcell"),
            Map.entry("delete snapshot", "delete_snapshot"));

    private TaskTypes() {}

    static String of(String description) {
        String text = description.toLowerCase(Locale.ROOT);
        return BY_DESCRIPTION.entrySet().stream()
                .filter(entry -> text.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> fromWords(text));
    }

    private static String fromWords(String text) {
        String words = text.replaceAll("[^a-z ].*", "").strip().replace(' ', '_');
        return words.length() > LONGEST ? words.substring(0, LONGEST) : words;
    }
}
