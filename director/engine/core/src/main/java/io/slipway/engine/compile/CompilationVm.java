package io.slipway.engine.compile;

import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.engine.EngineServices;
import io.slipway.engine.address.AddressCommand.Want;
import io.slipway.engine.address.Lease;
import io.slipway.engine.address.Leases;
import io.slipway.store.catalog.OpenCompilations;
import java.util.List;
import java.util.Map;

/**
 * The VM of one compilation and its address: how they are made and let go. Each may be done again, and says as an event
 * what came of it.
 */
final class CompilationVm {
    private final String compilation;
    private final EngineServices services;
    private final Leases leases;
    private final OpenCompilations open;

    CompilationVm(String compilation, EngineServices services, Leases leases, OpenCompilations open) {
        this.compilation = compilation;
        this.services = services;
        this.leases = leases;
        this.open = open;
    }

    /** Blocks. */
    CompileEvent leaseAddress(CompileRequest request) {
        open.open(compilation);
        var granted = leases.lease(List.of(new Want(leaseKey(), "")), request.subnet());
        return granted.isWhole()
                ? new CompileEvent.AddressLeased(granted.addresses().getOrDefault(leaseKey(), ""))
                : new CompileEvent.Failed(granted.refusal());
    }

    /** Blocks. */
    CompileEvent releaseAddress(CompileRequest request) {
        leases.release(List.of(new Lease(request.subnet().subnetId(), leaseKey())));
        letGo();
        return new CompileEvent.AddressReleased();
    }

    /** Notes that nothing is held any more. Blocks. */
    void letGo() {
        open.close(compilation);
    }

    /** Blocks. */
    CompileEvent create(CompileState state, CompileRequest request) {
        var network = request.network();
        var addressed = new VmNetwork(
                network.name(),
                network.type(),
                state.address(),
                network.prefixLength(),
                network.gateway(),
                network.dns(),
                network.defaultFor(),
                network.cloudProperties());
        var created = services.cpi(request.cpi(), request.task())
                .createVm(new VmRequest(
                        state.agentId(),
                        request.stemcellCid(),
                        request.cloudProperties(),
                        List.of(addressed),
                        List.of(),
                        services.identities().mint(state.agentId(), request.environmentJson()),
                        Map.of("name", "compilation-" + request.name(), "compiling", request.name()),
                        request.stemcellApiVersion()));
        return new CompileEvent.VmCreated(created.cid());
    }

    /** Blocks. */
    CompileEvent delete(CompileState state, CompileRequest request) {
        var cpi = services.cpi(request.cpi(), request.task());
        cpi.findVm(state.agentId()).ifPresent(vm -> cpi.deleteVm(vm.cid()));
        return new CompileEvent.VmDeleted();
    }

    private String leaseKey() {
        return "compile/" + compilation;
    }
}
