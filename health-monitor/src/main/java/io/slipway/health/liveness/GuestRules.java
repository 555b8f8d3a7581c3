package io.slipway.health.liveness;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Alert.Subject;
import io.slipway.health.alert.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong within VMs that are heard of: their disks, jobs and processes. */
final class GuestRules {
    private static final int FILLING = 80;
    private static final int NEARLY_FULL = 90;

    private final String deployment;
    private final Instant at;

    GuestRules(String deployment, Instant at) {
        this.deployment = deployment;
        this.at = at;
    }

    List<Alert> of(InstanceHealth one) {
        var firing = new ArrayList<Alert>();
        if (one.sight().vitals().get("disk") instanceof Map<?, ?> disks && !one.isDown()) {
            disks.forEach((name, usage) -> disk(firing, one.sight(), String.valueOf(name), usage));
        }
        if (one.jobs().areFailing(at)) {
            firing.add(failing(one.sight()));
        }
        for (String process : one.jobs().flapping()) {
            firing.add(about(
                    "process_flapping",
                    "/" + process,
                    Severity.ERROR,
                    "Process '" + process + "' of " + one.sight().name() + " is restarted again and again",
                    "It was restarted three times in ten minutes. See why with 'bosh -d " + deployment + " logs "
                            + one.sight().name() + "'.",
                    one.sight()));
        }
        return firing;
    }

    private void disk(List<Alert> firing, InstanceSight seen, String name, Object usage) {
        for (String kind : List.of("percent", "inode_percent")) {
            int percent = usage instanceof Map<?, ?> known ? number(known.get(kind)) : 0;
            if (percent >= FILLING) {
                String what = (kind.equals("percent") ? "The " : "Inodes of the ") + name + " disk of " + seen.name();
                firing.add(about(
                        "disk_filling",
                        "/" + name + "/" + kind,
                        percent >= NEARLY_FULL ? Severity.CRITICAL : Severity.WARNING,
                        what + (kind.equals("percent") ? " is used by " : " are used by ") + percent + " %",
                        "Find what takes the room with 'bosh -d " + deployment + " ssh " + seen.name() + "'"
                                + (name.equals("persistent")
                                        ? ", or deploy with a larger persistent_disk."
                                        : ", or deploy with a VM type whose disk is larger."),
                        seen));
            }
        }
    }

    private Alert failing(InstanceSight seen) {
        String processes = seen.processes().stream()
                .filter(process -> !"running".equals(process.get("state")))
                .map(process -> process.get("name") + " (" + process.get("state") + ")")
                .sorted()
                .collect(Collectors.joining(", "));
        return about(
                "jobs_failing",
                "",
                Severity.ERROR,
                "Jobs of " + seen.name() + " are failing",
                (processes.isEmpty() ? "" : "Not running: " + processes + ". ") + "See why with 'bosh -d " + deployment
                        + " logs " + seen.name() + "'; 'bosh -d " + deployment + " restart " + seen.name()
                        + "' starts them anew.",
                seen);
    }

    /** Numbers are texts, as BOSH lists them. */
    private static int number(@Nullable Object value) {
        try {
            return value == null ? 0 : (int) Math.floor(Double.parseDouble(value.toString()));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private Alert about(String rule, String part, Severity severity, String title, String summary, InstanceSight seen) {
        return Alert.raised(
                rule,
                deployment + "/" + seen.id() + part,
                severity,
                Alert.VM_HEALTH,
                title,
                summary,
                deployment + ": " + seen.group() + "(" + seen.id() + ") [id=" + seen.agentId() + ", index="
                        + seen.index() + ", cid=" + seen.vmCid() + "]",
                new Subject(deployment, seen.group(), seen.id()),
                at);
    }
}
