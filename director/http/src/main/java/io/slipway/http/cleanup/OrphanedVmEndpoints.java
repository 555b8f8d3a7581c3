package io.slipway.http.cleanup;

import io.slipway.engine.OrphanedVm;
import io.slipway.engine.cleanup.OrphanedVmService;
import io.slipway.http.Answers;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** VMs that were replaced and are not deleted yet. */
public final class OrphanedVmEndpoints extends Feature {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final OrphanedVmService vms;

    public OrphanedVmEndpoints(OrphanedVmService vms, Executor blocking) {
        super(blocking);
        this.vms = vms;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get(
                "/orphaned_vms",
                answer(call -> Answers.json(
                        vms.list().stream().map(OrphanedVmEndpoints::shape).toList()))));
    }

    static Map<String, Object> shape(OrphanedVm vm) {
        return Answers.map(
                "az", vm.az().isEmpty() ? null : vm.az(),
                "cid", vm.cid(),
                "deployment_name", vm.deployment(),
                "instance_name", vm.instance(),
                "ip_addresses", vm.ips(),
                "orphaned_at", TIME.format(vm.orphanedAt()));
    }
}
