package io.slipway.engine.problem;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.InstanceCommand.DiskStatus;
import io.slipway.engine.instance.Instances;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.GetState;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.store.problem.ProblemStore.ProblemRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares the disks that instances have with what the infrastructure and the agents say of them. */
final class DiskScan {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Instances instances;
    private final InstanceAgents agents;
    private final Cpis cpis;
    private final TaskLog log;

    DiskScan(Instances instances, InstanceAgents agents, Cpis cpis, TaskLog log) {
        this.instances = instances;
        this.agents = agents;
        this.cpis = cpis;
        this.log = log;
    }

    /** A disk as its instance tells it. */
    private record Known(InstanceRow instance, DiskStatus disk) {}

    List<ProblemRow> run(List<InstanceRow> rows) throws Exception {
        var known = new ArrayList<Known>();
        for (InstanceRow row : rows) {
            instances.inspect(row.id()).disks().forEach(disk -> known.add(new Known(row, disk)));
        }
        var found = new EnumMap<ProblemKind, List<ProblemRow>>(ProblemKind.class);
        var stage = log.stage("Scanning " + known.size() + " persistent disks", 2);
        stage.step("Looking for inactive disks", () -> {
            var disksOf = owned(rows, known);
            for (Known one : known) {
                kindOf(one, disksOf).ifPresent(kind -> found.computeIfAbsent(kind, none -> new ArrayList<>())
                        .add(problem(one, kind, disksOf)));
            }
        });
        int missing = found.getOrDefault(ProblemKind.MISSING_DISK, List.of()).size();
        int inactive = found.getOrDefault(ProblemKind.INACTIVE_DISK, List.of()).size();
        int elsewhere =
                found.getOrDefault(ProblemKind.MOUNT_INFO_MISMATCH, List.of()).size();
        int good = known.size() - missing - inactive - elsewhere;
        stage.step(
                good + " OK, " + missing + " missing, " + inactive + " inactive, " + elsewhere + " mount-info mismatch",
                () -> {});
        return found.values().stream().flatMap(List::stream).toList();
    }

    private Optional<ProblemKind> kindOf(Known one, Map<String, List<String>> disksOf) {
        String vm = one.instance().vmCid();
        if (!exists(one)) {
            return Optional.of(ProblemKind.MISSING_DISK);
        }
        if (!one.disk().isActive()) {
            return Optional.of(ProblemKind.INACTIVE_DISK);
        }
        return vm.isEmpty() || owners(one.disk().cid(), disksOf).equals(List.of(vm))
                ? Optional.empty()
                : Optional.of(ProblemKind.MOUNT_INFO_MISMATCH);
    }

    /** As BOSH: a CPI that cannot tell is not asked. */
    private boolean exists(Known one) {
        try {
            return cpis.of(one.instance().cpi(), log).hasDisk(one.disk().cid());
        } catch (CpiException failure) {
            if (failure.failure() instanceof CpiFailure.NotSupported) {
                return true;
            }
            throw failure;
        }
    }

    /** By VM, the disks that are there for its jobs: attached, and the store's also mounted. */
    private Map<String, List<String>> owned(List<InstanceRow> rows, List<Known> known) {
        var owned = new LinkedHashMap<String, List<String>>();
        for (InstanceRow row : rows) {
            if (row.vmCid().isEmpty()) {
                continue;
            }
            var disks = new ArrayList<>(attached(row));
            mounted(row).ifPresent(mounted -> known.stream()
                    .filter(one -> one.instance() == row && one.disk().name().isEmpty())
                    .map(one -> one.disk().cid())
                    .filter(cid -> !mounted.contains(cid))
                    .forEach(disks::remove));
            owned.put(row.vmCid(), disks);
        }
        return owned;
    }

    /** Of a VM that is missing itself, nothing is said of its disks. */
    private List<String> attached(InstanceRow row) {
        try {
            var cpi = cpis.of(row.cpi(), log);
            return cpi.hasVm(row.vmCid()) ? cpi.getDisks(row.vmCid()) : row.diskCids();
        } catch (CpiException failure) {
            log.debug("the disks of VM " + row.vmCid() + " are not known: "
                    + failure.failure().message());
            return row.diskCids();
        }
    }

    /** What the agent has mounted; empty where it does not answer. */
    private Optional<List<String>> mounted(InstanceRow row) {
        return row.agentConnected() ? mounted(agents, row.id(), log) : Optional.empty();
    }

    static Optional<List<String>> mounted(InstanceAgents agents, String instanceId, TaskLog log) {
        try {
            var result = agents.call(
                    instanceId,
                    Command.newBuilder().setGetState(GetState.getDefaultInstance()),
                    PATIENCE,
                    log::isCancelled);
            return result.succeeded()
                    ? Optional.of(Success.parseFrom(result.success()).getState().getMountedDiskCidsList())
                    : Optional.empty();
        } catch (RequestRefused | InvalidProtocolBufferException silence) {
            log.debug("the agent of instance " + instanceId + " does not tell its disks: " + silence.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> owners(String diskCid, Map<String, List<String>> disksOf) {
        return disksOf.entrySet().stream()
                .filter(vm -> vm.getValue().contains(diskCid))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static ProblemRow problem(Known one, ProblemKind kind, Map<String, List<String>> disksOf) {
        var row = one.instance();
        String cid = one.disk().cid();
        return new ProblemRow(
                0, row.deployment(), kind.wireName(), row.id(), row.group(), cid, description(one, kind, disksOf));
    }

    private static String description(Known one, ProblemKind kind, Map<String, List<String>> disksOf) {
        var row = one.instance();
        var disk = one.disk();
        String instance = row.group() + "/" + row.id();
        return switch (kind) {
            case MISSING_DISK -> "Disk '" + disk.cid() + "' (" + instance + ", " + disk.sizeMb() + "M) is missing";
            case INACTIVE_DISK ->
                "Disk '" + disk.cid() + "' (" + disk.sizeMb() + "M) for instance '" + instance + " (" + row.index()
                        + ")' is inactive";
            case MOUNT_INFO_MISMATCH -> {
                var owners = owners(disk.cid(), disksOf);
                yield "Inconsistent mount information:\nRecord shows that disk '" + disk.cid()
                        + "' should be mounted on " + row.vmCid() + ".\nHowever it is currently :\n\t"
                        + (owners.isEmpty() ? "Not mounted in any VM" : "Mounted on: " + String.join(", ", owners));
            }
            case MISSING_VM, UNRESPONSIVE_AGENT ->
                throw new IllegalArgumentException(kind + " is no problem of a disk");
        };
    }
}
