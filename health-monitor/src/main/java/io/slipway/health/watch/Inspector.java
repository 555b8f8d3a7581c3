package io.slipway.health.watch;

import io.slipway.cpi.CallContext;
import io.slipway.cpi.VmDescription;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.agent.AgentId;
import io.slipway.health.liveness.CertificateRules.Certificate;
import io.slipway.health.liveness.UnmanagedVms.Vm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, now and then, at what changes slowly: certificates, and VMs that belong to nobody. Calls block. */
final class Inspector {
    private static final Logger LOG = LoggerFactory.getLogger(Inspector.class);

    private final Supplier<List<Certificate>> certificates;
    private final Supplier<List<InstanceRow>> instances;
    private final Supplier<Set<String>> orphans;
    private final Cpis cpis;

    Inspector(
            Supplier<List<Certificate>> certificates,
            Supplier<List<InstanceRow>> instances,
            Supplier<Set<String>> orphans,
            Cpis cpis) {
        this.certificates = certificates;
        this.instances = instances;
        this.orphans = orphans;
        this.cpis = cpis;
    }

    List<Certificate> certificates() {
        return certificates.get();
    }

    /** Those of instances; VMs in which packages are compiled come and go. */
    List<Vm> unmanaged() {
        var there = new ArrayList<Vm>();
        for (String name : cpis.names()) {
            try {
                for (VmDescription vm : cpis.of(name, CallContext.SILENT).listVms()) {
                    there.add(new Vm(name, vm.cid(), vm.agentId()));
                }
            } catch (RuntimeException failure) {
                LOG.debug("CPI {} does not say which VMs there are: {}", name, failure.toString());
            }
        }
        // Read later than VMs were listed: one that was made meanwhile is not missed in them.
        var orphaned = new HashSet<>(orphans.get());
        var rows = new HashMap<String, InstanceRow>();
        instances.get().forEach(row -> rows.put(row.id(), row));
        there.removeIf(vm -> orphaned.contains(vm.cid()) || isManaged(vm, rows));
        return there;
    }

    /** One that is being worked on may have two VMs. */
    private static boolean isManaged(Vm vm, Map<String, InstanceRow> rows) {
        AgentId agent;
        try {
            agent = AgentId.parse(vm.agentId());
        } catch (IllegalArgumentException foreign) {
            return false;
        }
        var row = rows.get(agent.entityId());
        return agent.owner() == AgentId.Owner.COMPILATION
                || (row != null
                        && (row.vmCid().equals(vm.cid()) || !row.activity().isEmpty()));
    }
}
