package io.slipway.engine.agent;

import io.slipway.protocol.agent.v1.Heartbeat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns a heartbeat into the maps of BOSH's instance listing. */
final class HeartbeatShape {
    private HeartbeatShape() {}

    static Map<String, Object> vitals(Heartbeat heartbeat) {
        var vitals = heartbeat.getVitals();
        var shape = new LinkedHashMap<String, Object>();
        shape.put(
                "cpu",
                Map.of(
                        "user", decimal(vitals.getCpuUserPercent()),
                        "sys", decimal(vitals.getCpuSysPercent()),
                        "wait", decimal(vitals.getCpuWaitPercent())));
        var disks = new LinkedHashMap<String, Object>();
        for (var disk : vitals.getDisksList()) {
            disks.put(
                    disk.getName(),
                    Map.of(
                            "percent", whole(disk.getPercent()),
                            "inode_percent", whole(disk.getInodePercent())));
        }
        shape.put("disk", disks);
        shape.put("load", List.of(load(vitals.getLoad1()), load(vitals.getLoad5()), load(vitals.getLoad15())));
        shape.put("mem", usage(vitals.getMemoryUsedBytes(), vitals.getMemoryPercent()));
        shape.put("swap", usage(vitals.getSwapUsedBytes(), vitals.getSwapPercent()));
        shape.put("uptime", Map.of("secs", vitals.getUptimeSeconds()));
        return shape;
    }

    static List<Map<String, Object>> processes(Heartbeat heartbeat) {
        return heartbeat.getProcessesList().stream()
                .map(process -> Map.<String, Object>of(
                        "name", process.getName(),
                        "state", process.getState(),
                        "uptime", Map.of("secs", process.getUptimeSeconds()),
                        "mem", Map.of("kb", process.getMemoryBytes() / 1024, "percent", process.getMemoryPercent()),
                        "cpu", Map.of("total", process.getCpuPercent())))
                .toList();
    }

    private static Map<String, Object> usage(long bytes, double percent) {
        return Map.of("kb", Long.toString(bytes / 1024), "percent", whole(percent));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String load(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String whole(double value) {
        return Long.toString(Math.round(value));
    }
}
