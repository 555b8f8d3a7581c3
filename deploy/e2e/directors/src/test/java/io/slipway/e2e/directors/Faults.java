package io.slipway.e2e.directors;

import io.slipway.e2e.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What can happen to the process of a director. To cut one off, its packets are told from those of the others by a control group
 * for network classes, in which the process is and the one that its supervisor starts after it is not. The groups are mounted
 * where nobody else sees them: VMs would be given all that are.
 */
final class Faults implements AutoCloseable {
    private static final String TABLE = "slipway_e2e_cuts";
    private static final int CLASS = 0x51;
    /** Longer than a supervisor bears, and than all deadlines of the directors among themselves. */
    private static final int FROZEN_SECONDS = 40;

    private final List<Integer> clusterPorts;

    /** Of which kind; each is seen by the others as silence. */
    enum Kind {
        KILL,
        FREEZE,
        CUT_BOTH_WAYS,
        CUT_ONE_WAY
    }

    /** @param clusterPorts on which the directors hear each other, in the order of their numbers */
    Faults(List<Integer> clusterPorts) {
        this.clusterPorts = List.copyOf(clusterPorts);
    }

    /**
     * Returns when the fault is over: at once, or when one that stood still goes on, or when one that was cut off has ended.
     *
     * @param supervisor stands still with it, or it would not be let go on
     */
    void inflict(Kind kind, int number, ProcessHandle director, long supervisor) throws Exception {
        String pid = Long.toString(director.pid());
        switch (kind) {
            case KILL -> run("kill", "-KILL", pid);
            case FREEZE -> {
                run("kill", "-STOP", pid, Long.toString(supervisor));
                TimeUnit.SECONDS.sleep(FROZEN_SECONDS);
                run("kill", "-CONT", pid, Long.toString(supervisor));
            }
            case CUT_BOTH_WAYS, CUT_ONE_WAY -> {
                cut(kind == Kind.CUT_BOTH_WAYS, number, pid);
                try {
                    director.onExit().get(60, TimeUnit.SECONDS);
                } finally {
                    run("nft", "delete", "table", "inet", TABLE);
                }
            }
        }
    }

    private void cut(boolean isBothWays, int number, String pid) throws IOException {
        inClasses("mkdir -p $0 && echo " + CLASS + " > $0/net_cls.classid && echo $1 > $0/cgroup.procs", TABLE, pid);
        var others = new ArrayList<String>();
        for (int i = 0; i < clusterPorts.size(); i++) {
            if (i != number) {
                others.add(Integer.toString(clusterPorts.get(i)));
            }
        }
        var rules = new ArrayList<>(List.of(
                "add table inet " + TABLE,
                "add chain inet " + TABLE + " sent { type filter hook output priority 0; }",
                "add rule inet " + TABLE + " sent meta cgroup " + CLASS + " tcp dport { " + String.join(", ", others)
                        + " } drop"));
        if (isBothWays) {
            rules.add("add rule inet " + TABLE + " sent tcp dport " + clusterPorts.get(number) + " drop");
        }
        Path file = Files.createTempFile("slipway-e2e", ".nft");
        Files.writeString(file, String.join("\n", rules) + "\n");
        run("nft", "-f", file.toString());
        Files.delete(file);
    }

    /** Runs a script where the control groups for network classes are. */
    private static void inClasses(String script, String... arguments) {
        var command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs none /mnt && mkdir /mnt/c && mount -t cgroup -o net_cls none /mnt/c && cd /mnt/c && "
                        + script));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) {
        Programs.run(Path.of("/"), Map.of(), 30, List.of(command)).mustSucceed();
    }

    @Override
    public void close() {
        Programs.run(Path.of("/"), Map.of(), 30, List.of("nft", "delete", "table", "inet", TABLE));
        // Processes that are in it still go back to where all are.
        inClasses(
                "[ ! -d $0 ] || { for pid in $(cat $0/cgroup.procs); do echo $pid > cgroup.procs; done; rmdir $0; }",
                TABLE);
    }
}
