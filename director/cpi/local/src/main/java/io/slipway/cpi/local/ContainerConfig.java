package io.slipway.cpi.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration of a VM's container, in the form of the OCI runtime specification. */
final class ContainerConfig {
    private static final List<String> CAPABILITIES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");
    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long MEBIBYTE = 1024L * 1024L;

    private final Layout layout;
    private final Names names;

    ContainerConfig(Layout layout, Names names) {
        this.layout = layout;
        this.names = names;
    }

    Map<String, Object> of(VmRecord vm) {
        var config = new LinkedHashMap<String, Object>();
        config.put("ociVersion", "1.0.2");
        config.put("hostname", vm.cid());
        config.put("root", Map.of("path", layout.rootfs(vm.cid()).toString()));
        config.put("process", process(vm));
        config.put("mounts", mounts(vm));
        config.put("linux", linux(vm));
        return config;
    }

    /** The stemcell names its init's arguments, one a line. */
    private Map<String, Object> process(VmRecord vm) {
        List<String> init = List.of("/usr/bin/tini", "-s", "--", "/bin/sleep", "infinity");
        Path given = layout.stemcell(vm.stemcellCid()).resolve("etc/slipway/init");
        try {
            if (Files.exists(given)) {
                init = Files.readAllLines(given).stream()
                        .filter(line -> !line.isBlank())
                        .toList();
            }
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException("cannot read " + given, unreadable);
        }
        var held = heldCapabilities();
        return Map.of(
                "args", init,
                "cwd", "/",
                "user", Map.of("uid", 0, "gid", 0),
                "env",
                        List.of(
                                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                "container=slipway"),
                "rlimits", List.of(openFiles()),
                "capabilities",
                        Map.of(
                                "bounding", held,
                                "effective", held,
                                "permitted", held,
                                "inheritable", held));
    }

    /** As many as this machine allows; raising its limit may be forbidden. */
    private static Map<String, Object> openFiles() {
        long limit = 1_048_576;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    String hard =
                            line.substring("Max open files".length()).strip().split("\\s+")[1];
                    limit = hard.equals("unlimited") ? limit : Math.min(limit, Long.parseLong(hard));
                }
            }
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException("cannot read /proc/self/limits", unreadable);
        }
        return Map.of("type", "RLIMIT_NOFILE", "hard", limit, "soft", limit);
    }

    /** What this process may hand on: what its bounding set lacks, runc may not give. */
    private static List<String> heldCapabilities() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapBnd:")) {
                    long bits = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                    var held = new ArrayList<String>();
                    for (int i = 0; i < CAPABILITIES.size(); i++) {
                        if ((bits >> i & 1) == 1) {
                            held.add("CAP_" + CAPABILITIES.get(i));
                        }
                    }
                    return held;
                }
            }
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException("cannot read /proc/self/status", unreadable);
        }
        return List.of();
    }

    private List<Map<String, Object>> mounts(VmRecord vm) {
        var mounts = new ArrayList<Map<String, Object>>();
        mounts.add(mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
        mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        mounts.add(
                mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        mounts.add(mount("/dev/shm", "tmpfs", "shm", "nosuid", "nodev", "mode=1777"));
        mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        mounts.add(mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev"));
        mounts.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "rw"));
        mounts.add(mount("/run", "tmpfs", "tmpfs", "nosuid", "nodev", "mode=755"));
        mounts.add(mount("/dev/kmsg", "bind", "/dev/kmsg", "bind"));
        mounts.add(mount("/var/vcap/data", "bind", layout.vmData(vm.cid()).toString(), "rbind", "rw", "nosuid"));
        mounts.add(mount(
                "/var/vcap/data/shared-packages", "bind", layout.packages().toString(), "rbind", "ro"));
        if (Files.isDirectory(Path.of("/lib/modules"))) {
            mounts.add(mount("/lib/modules", "bind", "/lib/modules", "rbind", "ro"));
        }
        return mounts;
    }

    private Map<String, Object> linux(VmRecord vm) {
        var namespaces = new ArrayList<Map<String, Object>>();
        for (String kind : List.of("pid", "ipc", "uts", "mount", "cgroup")) {
            namespaces.add(Map.of("type", kind));
        }
        namespaces.add(Map.of(
                "type", "network", "path", Networks.namespacePath(vm.cid()).toString()));
        var resources = new LinkedHashMap<String, Object>();
        resources.put("devices", List.of(Map.of("allow", true, "access", "rwm")));
        if (vm.ramMebibytes() > 0) {
            resources.put("memory", Map.of("limit", vm.ramMebibytes() * MEBIBYTE));
        }
        if (vm.cpu() > 0) {
            resources.put("cpu", Map.of("quota", vm.cpu() * CPU_PERIOD_MICROS, "period", CPU_PERIOD_MICROS));
        }
        return Map.of(
                "namespaces",
                namespaces,
                "rootfsPropagation",
                "shared",
                "cgroupsPath",
                "/" + names.cgroupParent() + "/" + vm.cid(),
                "resources",
                resources,
                "devices",
                List.of(
                        device("/dev/fuse", 10, 229),
                        device("/dev/net/tun", 10, 200),
                        device("/dev/loop-control", 10, 237)),
                "sysctl",
                Map.of(
                        "net.ipv4.ip_forward", "1",
                        "net.ipv4.conf.all.rp_filter", "0",
                        "net.ipv4.conf.default.rp_filter", "0"));
    }

    private static Map<String, Object> device(String path, int major, int minor) {
        return Map.of("path", path, "type", "c", "major", major, "minor", minor, "fileMode", 438, "uid", 0, "gid", 0);
    }

    private static Map<String, Object> mount(String target, String type, String source, String... options) {
        return Map.of("destination", target, "type", type, "source", source, "options", List.of(options));
    }
}
