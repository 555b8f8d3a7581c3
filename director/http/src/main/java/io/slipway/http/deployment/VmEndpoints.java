package io.slipway.http.deployment;

import io.slipway.engine.vm.VmDeletionService;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.util.List;
import java.util.concurrent.Executor;

/** Single VMs, by cid. */
public final class VmEndpoints extends Feature {
    private final VmDeletionService vms;

    public VmEndpoints(VmDeletionService vms, Executor blocking) {
        super(blocking);
        this.vms = vms;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.delete("/vms/{cid}", task(call -> vms.delete(call.path("cid"), call.requester()))));
    }
}
