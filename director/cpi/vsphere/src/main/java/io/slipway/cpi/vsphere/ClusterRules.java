package io.slipway.cpi.vsphere;

import com.vmware.vim25.ArrayUpdateOperation;
import com.vmware.vim25.ClusterAntiAffinityRuleSpec;
import com.vmware.vim25.ClusterConfigInfoEx;
import com.vmware.vim25.ClusterConfigSpecEx;
import com.vmware.vim25.ClusterDasVmConfigInfo;
import com.vmware.vim25.ClusterDasVmConfigSpec;
import com.vmware.vim25.ClusterDasVmSettings;
import com.vmware.vim25.ClusterDrsVmConfigInfo;
import com.vmware.vim25.ClusterDrsVmConfigSpec;
import com.vmware.vim25.ClusterGroupInfo;
import com.vmware.vim25.ClusterGroupSpec;
import com.vmware.vim25.ClusterRuleInfo;
import com.vmware.vim25.ClusterRuleSpec;
import com.vmware.vim25.ClusterVmGroup;
import com.vmware.vim25.ClusterVmHostRuleInfo;
import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.vsphere.properties.ClusterWish;
import io.slipway.cpi.vsphere.properties.VmProperties;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.References;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a cluster is told of a VM: groups, rules of DRS, and when HA restarts it. Told before it runs. */
final class ClusterRules {
    /** Before the names of groups and rules that this CPI makes, and deletes when nothing is left in them. */
    private static final String OURS = "slipway-";

    private static final int ATTEMPTS = 3;

    private final Vcenter vcenter;
    private final VsphereSettings settings;
    private final Locks locks = new Locks();

    ClusterRules(Vcenter vcenter, VsphereSettings settings) {
        this.vcenter = vcenter;
        this.settings = settings;
    }

    /** One change of a cluster, put together of several. */
    private static final class Change {
        private final ClusterConfigInfoEx now;
        private final List<ClusterGroupSpec> groups = new ArrayList<>();
        private final List<ClusterRuleSpec> rules = new ArrayList<>();
        private final List<ClusterDasVmConfigSpec> restarts = new ArrayList<>();
        private final List<ClusterDrsVmConfigSpec> drs = new ArrayList<>();

        Change(ClusterConfigInfoEx now) {
            this.now = now;
        }

        Stream<ClusterGroupInfo> groupsNow() {
            return now.group == null ? Stream.of() : Stream.of(now.group);
        }

        Stream<ClusterRuleInfo> rulesNow() {
            return now.rule == null ? Stream.of() : Stream.of(now.rule);
        }

        void group(ArrayUpdateOperation operation, ClusterGroupInfo info) {
            var spec = new ClusterGroupSpec();
            spec.operation = operation;
            if (operation == ArrayUpdateOperation.remove) {
                spec.removeKey = info.name;
            } else {
                spec.info = info;
            }
            groups.add(spec);
        }

        void rule(ArrayUpdateOperation operation, ClusterRuleInfo info) {
            var spec = new ClusterRuleSpec();
            spec.operation = operation;
            if (operation == ArrayUpdateOperation.remove) {
                spec.removeKey = info.key;
            } else {
                spec.info = info;
            }
            rules.add(spec);
        }

        boolean isEmpty() {
            return groups.isEmpty() && rules.isEmpty() && restarts.isEmpty() && drs.isEmpty();
        }

        ClusterConfigSpecEx spec() {
            var spec = new ClusterConfigSpecEx();
            spec.groupSpec = groups.toArray(ClusterGroupSpec[]::new);
            spec.rulesSpec = rules.toArray(ClusterRuleSpec[]::new);
            spec.dasVmConfigSpec = restarts.toArray(ClusterDasVmConfigSpec[]::new);
            spec.drsVmConfigSpec = drs.toArray(ClusterDrsVmConfigSpec[]::new);
            return spec;
        }
    }

    void join(VmState vm, VmRequest request, VmProperties properties, CallContext asker) throws RemoteException {
        var wishes = properties.clusters().isEmpty() ? settings.clusters() : properties.clusters();
        boolean isNeeded = properties.vmGroup().isPresent()
                || properties.isLeftByDrs()
                || properties.restartPriority().isPresent()
                || separation(request).isPresent()
                || wishes.stream()
                        .anyMatch(wish -> wish.hostGroup().isPresent()
                                || wish.separationRule().isPresent());
        if (!isNeeded || vm.host().isEmpty()) {
            return;
        }
        var cluster = cluster(vm.host().get());
        if (cluster.isEmpty()) {
            return;
        }
        var found = cluster.get();
        locks.with(found.val, () -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    join(found, vm, request, properties, wishes, asker);
                    return true;
                } catch (RemoteException e) {
                    // Another director may have added the same group or rule since this one looked.
                    if (attempt == ATTEMPTS || !Failures.is(e, "InvalidArgument", "DuplicateName")) {
                        throw e;
                    }
                }
            }
        });
    }

    private void join(
            ManagedObjectReference cluster,
            VmState vm,
            VmRequest request,
            VmProperties properties,
            List<ClusterWish> wishes,
            CallContext asker)
            throws RemoteException {
        var read = Objects.of(vcenter, cluster, "name", "configurationEx");
        var change = new Change(
                read.get("configurationEx", ClusterConfigInfoEx.class).orElseGet(ClusterConfigInfoEx::new));
        var wish = wishes.stream()
                .filter(one -> one.name().equals(read.text("name")))
                .findFirst();
        properties.vmGroup().ifPresent(name -> joinGroup(change, name, vm.reference()));
        wish.ifPresent(one -> joinHosts(change, one, vm.reference()));
        wish.flatMap(ClusterWish::separationRule)
                .or(() -> separation(request))
                .ifPresent(name -> separate(change, name, vm.reference()));
        properties.restartPriority().ifPresent(priority -> restart(change, priority, vm.reference()));
        if (properties.isLeftByDrs()) {
            leaveAlone(change, vm.reference());
        }
        apply(cluster, change, asker);
    }

    private void apply(ManagedObjectReference cluster, Change change, CallContext asker) throws RemoteException {
        if (!change.isEmpty()) {
            asker.log("cluster " + cluster.val + " is told of groups and rules");
            vcenter.task(session -> session.api().reconfigureComputeResource_Task(cluster, change.spec(), true));
        }
    }

    /** One rule for each instance group of a deployment, where the operator wants such. */
    private Optional<String> separation(VmRequest request) {
        String deployment = request.metadata().getOrDefault("deployment", "");
        String group = request.metadata()
                .getOrDefault("instance_group", request.metadata().getOrDefault("job", ""));
        return settings.isSeparatingGroups() && !deployment.isEmpty() && !group.isEmpty()
                ? Optional.of(OURS + deployment + "-" + group)
                : Optional.empty();
    }

    private static void joinGroup(Change change, String name, ManagedObjectReference vm) {
        var there = change.groupsNow()
                .filter(group -> group instanceof ClusterVmGroup && group.name.equals(name))
                .map(ClusterVmGroup.class::cast)
                .findFirst();
        if (there.isPresent() && contains(there.get().vm, vm)) {
            return;
        }
        var group = new ClusterVmGroup();
        group.name = name;
        group.vm = with(there.map(one -> one.vm).orElse(new ManagedObjectReference[0]), vm);
        change.group(there.isPresent() ? ArrayUpdateOperation.edit : ArrayUpdateOperation.add, group);
    }

    private static void joinHosts(Change change, ClusterWish wish, ManagedObjectReference vm) {
        if (wish.hostGroup().isEmpty()) {
            return;
        }
        String hosts = wish.hostGroup().get();
        String name = OURS + hosts + (wish.isHostGroupBinding() ? "-must" : "-should");
        joinGroup(change, name, vm);
        if (change.rulesNow().noneMatch(rule -> rule.name.equals(name))) {
            var rule = new ClusterVmHostRuleInfo();
            rule.name = name;
            rule.enabled = true;
            rule.mandatory = wish.isHostGroupBinding();
            rule.vmGroupName = name;
            rule.affineHostGroupName = hosts;
            change.rule(ArrayUpdateOperation.add, rule);
        }
    }

    private static void separate(Change change, String name, ManagedObjectReference vm) {
        var there = change.rulesNow()
                .filter(rule -> rule instanceof ClusterAntiAffinityRuleSpec && rule.name.equals(name))
                .map(ClusterAntiAffinityRuleSpec.class::cast)
                .findFirst();
        if (there.isPresent() && contains(there.get().vm, vm)) {
            return;
        }
        var rule = new ClusterAntiAffinityRuleSpec();
        rule.name = name;
        rule.enabled = true;
        rule.key = there.map(one -> one.key).orElse(null);
        rule.vm = with(there.map(one -> one.vm).orElse(new ManagedObjectReference[0]), vm);
        change.rule(there.isPresent() ? ArrayUpdateOperation.edit : ArrayUpdateOperation.add, rule);
    }

    private static void restart(Change change, String priority, ManagedObjectReference vm) {
        var info = new ClusterDasVmConfigInfo();
        info.key = vm;
        info.dasSettings = new ClusterDasVmSettings();
        info.dasSettings.restartPriority = priority;
        var spec = new ClusterDasVmConfigSpec();
        boolean isThere = change.now.dasVmConfig != null
                && Stream.of(change.now.dasVmConfig).anyMatch(one -> one.key.equals(vm));
        spec.operation = isThere ? ArrayUpdateOperation.edit : ArrayUpdateOperation.add;
        spec.info = info;
        change.restarts.add(spec);
    }

    private static void leaveAlone(Change change, ManagedObjectReference vm) {
        var info = new ClusterDrsVmConfigInfo();
        info.key = vm;
        info.enabled = false;
        var spec = new ClusterDrsVmConfigSpec();
        boolean isThere = change.now.drsVmConfig != null
                && Stream.of(change.now.drsVmConfig).anyMatch(one -> one.key.equals(vm));
        spec.operation = isThere ? ArrayUpdateOperation.edit : ArrayUpdateOperation.add;
        spec.info = info;
        change.drs.add(spec);
    }

    /** Before a VM is deleted: it leaves groups and rules of ours, and those that are empty then go. */
    void leave(VmState vm) throws RemoteException {
        if (vm.host().isEmpty()) {
            return;
        }
        var cluster = cluster(vm.host().get());
        if (cluster.isEmpty()) {
            return;
        }
        var found = cluster.get();
        locks.with(found.val, () -> {
            var change = new Change(Objects.of(vcenter, found, "configurationEx")
                    .get("configurationEx", ClusterConfigInfoEx.class)
                    .orElseGet(ClusterConfigInfoEx::new));
            Set<String> emptied = leaveGroups(change, vm.reference());
            leaveRules(change, vm.reference(), emptied);
            apply(found, change, CallContext.SILENT);
            return true;
        });
    }

    private static Set<String> leaveGroups(Change change, ManagedObjectReference vm) {
        Set<String> emptied = new LinkedHashSet<>();
        change.groupsNow()
                .filter(group -> group.name.startsWith(OURS) && group instanceof ClusterVmGroup)
                .map(ClusterVmGroup.class::cast)
                .filter(group -> contains(group.vm, vm))
                .forEach(group -> {
                    group.vm = without(group.vm, vm);
                    if (group.vm.length == 0) {
                        emptied.add(group.name);
                    }
                    change.group(group.vm.length == 0 ? ArrayUpdateOperation.remove : ArrayUpdateOperation.edit, group);
                });
        return emptied;
    }

    private static void leaveRules(Change change, ManagedObjectReference vm, Set<String> emptied) {
        change.rulesNow()
                .filter(rule -> rule.name.startsWith(OURS) && rule.key != null)
                .forEach(rule -> {
                    if (rule instanceof ClusterAntiAffinityRuleSpec apart && contains(apart.vm, vm)) {
                        apart.vm = without(apart.vm, vm);
                        change.rule(
                                apart.vm.length == 0 ? ArrayUpdateOperation.remove : ArrayUpdateOperation.edit, apart);
                    } else if (rule instanceof ClusterVmHostRuleInfo hosts && emptied.contains(hosts.vmGroupName)) {
                        change.rule(ArrayUpdateOperation.remove, rule);
                    }
                });
    }

    /** Megahertz of a core of the slowest host of a cluster. */
    long slowestCore(String clusterId) throws RemoteException {
        return Objects.below(
                        vcenter, References.cluster(clusterId), new Wanted("HostSystem", "summary.hardware.cpuMhz"))
                .stream()
                .map(host -> host.get("summary.hardware.cpuMhz", Integer.class))
                .flatMap(Optional::stream)
                .mapToLong(Integer::longValue)
                .min()
                .orElse(0);
    }

    private Optional<ManagedObjectReference> cluster(ManagedObjectReference host) throws RemoteException {
        return Objects.of(vcenter, host, "parent")
                .get("parent", ManagedObjectReference.class)
                .filter(parent -> parent.type.equals("ClusterComputeResource"));
    }

    private static boolean contains(ManagedObjectReference[] vms, ManagedObjectReference vm) {
        return vms != null && Stream.of(vms).anyMatch(vm::equals);
    }

    private static ManagedObjectReference[] without(ManagedObjectReference[] vms, ManagedObjectReference vm) {
        return Stream.of(vms).filter(one -> !one.equals(vm)).toArray(ManagedObjectReference[]::new);
    }

    private static ManagedObjectReference[] with(ManagedObjectReference[] vms, ManagedObjectReference vm) {
        return Stream.concat(vms == null ? Stream.of() : Stream.of(vms), Stream.of(vm))
                .toArray(ManagedObjectReference[]::new);
    }
}
