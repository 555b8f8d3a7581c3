package io.slipway.agent.vitals;

import io.slipway.agent.layout.Layout;
import io.slipway.protocol.agent.v1.DiskUsage;
import io.slipway.protocol.agent.v1.Vitals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads load, processor, memory, swap and disks from /proc, the VM's own cgroup and the file systems. */
public final class VitalsReader {
    private static final double KIB = 1024;

    private final Layout layout;
    private long[] lastCpu = new long[0];

    public VitalsReader(Layout layout) {
        this.layout = layout;
    }

    /** Processor shares are those since the last call. */
    public synchronized Vitals read() {
        var vitals = Vitals.newBuilder();
        load(vitals);
        memory(vitals);
        cpu(vitals);
        vitals.setUptimeSeconds((long) number(first("/proc/uptime"), 0));
        disk("system", layout.root()).ifPresent(vitals::addDisks);
        disk("ephemeral", layout.data()).ifPresent(vitals::addDisks);
        if (isMountPoint(layout.store())) {
            disk("persistent", layout.store()).ifPresent(vitals::addDisks);
        }
        return vitals.build();
    }

    private static void load(Vitals.Builder vitals) {
        var line = first("/proc/loadavg");
        vitals.setLoad1(number(line, 0)).setLoad5(number(line, 1)).setLoad15(number(line, 2));
    }

    private static void memory(Vitals.Builder vitals) {
        Map<String, Double> info = new HashMap<>();
        for (var line : lines("/proc/meminfo")) {
            var colon = line.indexOf(':');
            info.put(
                    line.substring(0, Math.max(0, colon)),
                    number(line.substring(colon + 1).strip(), 0) * KIB);
        }
        var total = info.getOrDefault("MemTotal", 0.0);
        var used = total - info.getOrDefault("MemAvailable", total);
        var limit = cgroupLimit();
        if (limit.isPresent() && limit.get() < total) {
            total = limit.get();
            used = cgroupUsage().orElse(used);
        }
        var swap = info.getOrDefault("SwapTotal", 0.0);
        var swapUsed = swap - info.getOrDefault("SwapFree", swap);
        vitals.setMemoryUsedBytes((long) used)
                .setMemoryPercent(percent(used, total))
                .setSwapUsedBytes((long) swapUsed)
                .setSwapPercent(percent(swapUsed, swap));
    }

    private static Optional<Double> cgroupLimit() {
        return firstNumber("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes");
    }

    private static Optional<Double> cgroupUsage() {
        return firstNumber("/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes");
    }

    private static Optional<Double> firstNumber(String... files) {
        for (var file : files) {
            var text = first(file).strip();
            if (text.matches("[0-9]+")) {
                return Optional.of(Double.parseDouble(text));
            }
        }
        return Optional.empty();
    }

    private void cpu(Vitals.Builder vitals) {
        var fields = first("/proc/stat").split("\\s+");
        if (fields.length < 8) {
            return;
        }
        var now = new long[7];
        for (var i = 0; i < now.length; i++) {
            now[i] = Long.parseLong(fields[i + 1]);
        }
        if (lastCpu.length == now.length) {
            var delta = new double[now.length];
            var total = 0.0;
            for (var i = 0; i < now.length; i++) {
                delta[i] = now[i] - lastCpu[i];
                total += delta[i];
            }
            vitals.setCpuUserPercent(percent(delta[0] + delta[1], total))
                    .setCpuSysPercent(percent(delta[2] + delta[5] + delta[6], total))
                    .setCpuWaitPercent(percent(delta[4], total));
        }
        lastCpu = now;
    }

    private static Optional<DiskUsage> disk(String name, Path path) {
        try {
            var store = Files.getFileStore(path);
            var total = (double) store.getTotalSpace();
            var used = total - store.getUnallocatedSpace();
            return Optional.of(DiskUsage.newBuilder()
                    .setName(name)
                    .setPercent(percent(used, used + store.getUsableSpace()))
                    .setInodePercent(inodes(path))
                    .build());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Java does not tell inodes: {@code stat -f} does. */
    private static double inodes(Path path) {
        try {
            var finished = io.slipway.agent.process.Program.of("stat", "-f", "-c", "%c %d", path.toString())
                    .run();
            var total = number(finished.stdout(), 0);
            return finished.exitCode() == 0 ? percent(total - number(finished.stdout(), 1), total) : 0;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static boolean isMountPoint(Path path) {
        return lines("/proc/self/mounts").stream().anyMatch(l -> l.contains(" " + path + " "));
    }

    private static double percent(double part, double whole) {
        return whole <= 0 ? 0 : Math.max(0, Math.min(100, Math.round(part * 1000 / whole) / 10.0));
    }

    private static double number(String line, int index) {
        var fields = line.strip().split("\\s+");
        try {
            return index < fields.length ? Double.parseDouble(fields[index]) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String first(String file) {
        var lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst();
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
