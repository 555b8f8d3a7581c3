package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NetworkAddress;
import io.slipway.engine.instance.InstanceCommand.DiskStatus;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An instance as lists and other entities see it. */
final class InstanceRowShape {
    private final String id;

    InstanceRowShape(String id) {
        this.id = id;
    }

    InstanceCommand.InstanceStatus status(InstanceState state, Situation.Stream agent) {
        var vm = state.vm();
        String applied = vm == null ? "" : vm.jobs().postStarted();
        return new InstanceCommand.InstanceStatus(
                id,
                applied,
                vm == null || !vm.isCreated() ? "" : vm.fingerprint(),
                disksFingerprint(state),
                vm != null && vm.isCreated(),
                vm != null || state.next() != null || !state.disks().isEmpty(),
                agent.isConnected(),
                agent.jobState(),
                vm == null || (vm.jobs().started().isEmpty() && vm.jobs().stopPhase() == 0),
                vm == null ? "" : vm.createdAt(),
                vm == null ? "" : vm.cid(),
                cpi(state),
                state.disks().stream()
                        .filter(disk -> !disk.cid().isEmpty())
                        .map(disk -> new DiskStatus(
                                disk.cid(),
                                disk.sizeMb(),
                                disk.name(),
                                disk.cloudProperties(),
                                disk.fingerprint(),
                                disk.role() == PersistentDisk.Role.ACTIVE))
                        .toList(),
                state.goal() == null ? "" : state.goal().key(),
                state.goal() == null ? "" : state.goal().kind().name(),
                state.isReached(),
                state.next() != null,
                vm == null ? List.of() : addresses(vm.networks()),
                vm == null ? null : vm.tags());
    }

    /** Where the VM is; without one, where the next is to be. */
    private static String cpi(InstanceState state) {
        return state.vm() != null
                ? state.vm().cpi()
                : state.goal() == null ? "" : state.goal().spec().vm().cpi();
    }

    private static String disksFingerprint(InstanceState state) {
        return InstanceSpec.fingerprintOf(
                state.disk(PersistentDisk.Role.ACTIVE)
                        .map(PersistentDisk::fingerprint)
                        .orElse(""),
                state.disks().stream()
                        .filter(disk -> disk.role() == PersistentDisk.Role.ACTIVE
                                && !disk.name().isEmpty())
                        .collect(Collectors.toMap(
                                PersistentDisk::name, PersistentDisk::fingerprint, (one, other) -> one)));
    }

    @Nullable
    InstanceRow row(InstanceState state, Situation.Stream agent) {
        var goal = state.goal();
        if (goal == null) {
            return null;
        }
        var spec = goal.spec();
        var vm = state.vm();
        var lastBeat = agent.lastBeat();
        boolean hasVm = vm != null && vm.isCreated();
        List<VmNetwork> networks = vm != null && hasVm ? vm.networks() : spec.networks();
        return new InstanceRow(
                id,
                spec.deployment(),
                spec.group(),
                spec.index(),
                spec.az(),
                switch (goal.kind()) {
                    case STOPPED -> "stopped";
                    case DETACHED, DELETED -> "detached";
                    case PREPARED, STARTED, RUNNING, POST_DEPLOYED -> "started";
                },
                !hasVm ? "" : shownState(agent),
                vm == null ? "" : vm.cid(),
                vm == null ? "" : vm.agentId(),
                agent.isConnected(),
                addresses(networks),
                state.disks().stream()
                        .filter(disk -> disk.role() == PersistentDisk.Role.ACTIVE)
                        .map(PersistentDisk::cid)
                        .filter(cid -> !cid.isEmpty())
                        .toList(),
                spec.vm().vmType(),
                spec.vm().stemcell(),
                spec.bootstrap(),
                false,
                lastBeat == null ? Map.of() : lastBeat.vitals(),
                lastBeat == null ? List.of() : lastBeat.processes(),
                activity(state),
                vm == null ? "" : vm.createdAt(),
                vm == null ? spec.vm().cpi() : vm.cpi(),
                addresses(networks, hasVm));
    }

    private static String shownState(Situation.Stream agent) {
        if (!agent.isConnected()) {
            return "unresponsive agent";
        }
        return agent.jobState().isEmpty() ? "starting" : agent.jobState();
    }

    private static List<NetworkAddress> addresses(List<VmNetwork> networks, boolean hasVm) {
        return networks.stream()
                .filter(network -> hasVm && !network.ip().isEmpty())
                .map(network -> new NetworkAddress(network.name(), network.ip()))
                .toList();
    }

    private static List<String> addresses(List<VmNetwork> networks) {
        return networks.stream().map(VmNetwork::ip).filter(ip -> !ip.isEmpty()).toList();
    }

    private static String activity(InstanceState state) {
        if (!state.isWorking()) {
            return state.failure().isEmpty() ? "" : "failed";
        }
        return state.pending() != null ? state.pending().act().name().toLowerCase(java.util.Locale.ROOT) : "working";
    }
}
