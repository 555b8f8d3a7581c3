package io.slipway.engine.problem;

import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.TaskLog;
import io.slipway.engine.ask.Parallel;
import io.slipway.store.problem.ProblemStore.ProblemRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Compares what is believed of instances with what the infrastructure and the agents say. */
final class ProblemScan {
    private static final int AT_A_TIME = 32;

    private final Cpis cpis;
    private final TaskLog log;

    ProblemScan(Cpis cpis, TaskLog log) {
        this.cpis = cpis;
        this.log = log;
    }

    /** Only what is to have a VM is looked at. */
    static boolean expectsVm(InstanceRow row) {
        return !row.vmCid().isEmpty() || !row.state().equals("detached");
    }

    /** Where an agent answers, its VM is there. */
    List<ProblemRow> vms(List<InstanceRow> instances) throws Exception {
        var stage = log.stage("Scanning " + instances.size() + " VMs", 2);
        var looked = instances.stream().filter(row -> !row.ignored()).toList();
        var kinds = new ConcurrentHashMap<String, ProblemKind>();
        stage.step(
                "Checking VM states",
                () -> Parallel.each(
                        looked.stream().filter(row -> !row.agentConnected()).toList(),
                        AT_A_TIME,
                        row -> kinds.put(row.id(), kindOf(row))));
        long missing =
                kinds.values().stream().filter(ProblemKind.MISSING_VM::equals).count();
        int ignored = instances.size() - looked.size();
        stage.step(
                (looked.size() - kinds.size()) + " OK, " + (kinds.size() - missing) + " unresponsive, " + missing
                        + " missing, 0 unbound" + (ignored == 0 ? "" : ", " + ignored + " ignored"),
                () -> {});
        var found = new ArrayList<ProblemRow>();
        for (InstanceRow row : looked) {
            var kind = kinds.get(row.id());
            if (kind != null) {
                String what = kind == ProblemKind.MISSING_VM ? " missing." : " is not responding.";
                found.add(problem(row, kind, "", "VM for " + name(row) + what));
            }
        }
        found.sort(Comparator.comparing(ProblemRow::type));
        return found;
    }

    private ProblemKind kindOf(InstanceRow row) {
        boolean isThere = !row.vmCid().isEmpty() && cpis.of(row.cpi(), log).hasVm(row.vmCid());
        return isThere ? ProblemKind.UNRESPONSIVE_AGENT : ProblemKind.MISSING_VM;
    }

    private static ProblemRow problem(InstanceRow row, ProblemKind kind, String disk, String description) {
        return new ProblemRow(0, row.deployment(), kind.wireName(), row.id(), row.group(), disk, description);
    }

    private static String name(InstanceRow row) {
        String cid = row.vmCid().isEmpty() ? "" : " with cloud ID '" + row.vmCid() + "'";
        return "'" + row.group() + "/" + row.id() + " (" + row.index() + ")'" + cid;
    }
}
