package io.slipway.cpi.local;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Containers, run by runc. */
final class Containers {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Commands commands;
    private final Layout layout;
    private final Names names;

    Containers(Commands commands, Layout layout, Names names) {
        this.commands = commands;
        this.layout = layout;
        this.names = names;
    }

    /** Starts a container apart from this process: it outlives the director. */
    void start(String cid) {
        var command = List.of(
                "runc",
                "--root",
                layout.runc().toString(),
                "run",
                "--detach",
                "--bundle",
                layout.bundle(cid).toString(),
                cid);
        int exitCode = commands.runDetached(layout.consoleLog(cid), command);
        if (exitCode != 0) {
            throw new CpiException(new CpiFailure.VmCreationFailed(
                    "VM '" + cid + "' did not start: runc ended with exit code " + exitCode + ": " + lastWords(cid),
                    true));
        }
    }

    /** The process id of a running container's init. */
    Optional<Long> pid(String cid) {
        Path state = layout.runc().resolve(cid).resolve("state.json");
        return Records.read(state, RuncState.class)
                .map(RuncState::init_process_pid)
                .filter(pid -> isInit(pid, cid));
    }

    boolean isRunning(String cid) {
        return pid(cid).isPresent();
    }

    /** Asks the init to end, waits, and then makes an end. */
    void stop(String cid) {
        pid(cid).flatMap(ProcessHandle::of).ifPresent(init -> {
            init.destroy();
            Waiting.until(GRACE, () -> !isRunning(cid));
        });
        remove(cid);
    }

    /** Kills what there is of a container and forgets it. */
    void remove(String cid) {
        if (Files.exists(layout.runc().resolve(cid))) {
            commands.attempt("runc", "--root", layout.runc().toString(), "delete", "--force", cid);
        }
        Cgroups.remove(names.cgroupParent() + "/" + cid);
        if (Files.exists(layout.runc().resolve(cid))) {
            commands.run("rm", "-rf", layout.runc().resolve(cid).toString());
        }
    }

    /** A device node in a running container's {@code /dev}. */
    void makeBlockDevice(String cid, String path, int major, int minor) {
        pid(cid).ifPresent(pid -> {
            Path node = Path.of("/proc/" + pid + "/root").resolve(path);
            commands.run("mkdir", "-p", "-m", "0755", String.valueOf(node.getParent()));
            commands.run("rm", "-f", node.toString());
            commands.run("mknod", "-m", "0660", node.toString(), "b", Integer.toString(major), Integer.toString(minor));
        });
    }

    void removeFile(String cid, String path) {
        pid(cid).ifPresent(pid -> commands.attempt("rm", "-f", "/proc/" + pid + "/root/" + path));
    }

    /** The part of runc's state file that is needed here. */
    record RuncState(long init_process_pid) {}

    /** A process id alone may have been given to another process since: its control group tells. */
    private static boolean isInit(long pid, String cid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains(cid)
                    && !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    private String lastWords(String cid) {
        try {
            var lines = new ArrayList<>(Files.readAllLines(layout.consoleLog(cid)));
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException none) {
            return "";
        }
    }
}
