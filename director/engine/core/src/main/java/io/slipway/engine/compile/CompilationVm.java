package io.slipway.engine.compile;

import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.engine.EngineServices;
import io.slipway.engine.catalog.OpenCompilations;
import io.slipway.engine.subnet.SubnetCommand;
import io.slipway.engine.subnet.SubnetEntity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/**
 * The VM of one compilation and its address: how they are made and let go. Each may be done again, and says as an event
 * what came of it.
 */
final class CompilationVm {
    private static final Duration LEASE_DEADLINE = Duration.ofSeconds(20);

    private final String compilation;
    private final ClusterSharding sharding;
    private final EngineServices services;
    private final OpenCompilations open;

    CompilationVm(String compilation, ActorSystem<?> system, EngineServices services, OpenCompilations open) {
        this.compilation = compilation;
        this.sharding = ClusterSharding.get(system);
        this.services = services;
        this.open = open;
    }

    CompletionStage<CompileEvent> leaseAddress(CompileRequest request) {
        var from = request.subnet();
        return CompletableFuture.runAsync(() -> open.open(compilation), services.blocking())
                .thenCompose(noted -> subnetOf(request)
                        .<SubnetCommand.LeaseReply>ask(
                                replyTo ->
                                        new SubnetCommand.Lease(leaseKey(), from.range(), from.excluded(), "", replyTo),
                                LEASE_DEADLINE))
                .thenApply(lease -> lease.refusal().isEmpty()
                        ? new CompileEvent.AddressLeased(lease.address())
                        : new CompileEvent.Failed(lease.refusal()));
    }

    CompletionStage<CompileEvent> releaseAddress(CompileRequest request) {
        return subnetOf(request)
                .<SubnetCommand.LeaseReply>ask(
                        replyTo -> new SubnetCommand.Release(leaseKey(), replyTo), LEASE_DEADLINE)
                .thenApplyAsync(
                        released -> {
                            letGo();
                            return new CompileEvent.AddressReleased();
                        },
                        services.blocking());
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

    private EntityRef<SubnetCommand> subnetOf(CompileRequest request) {
        return sharding.entityRefFor(SubnetEntity.KEY, request.subnet().subnetId());
    }

    private String leaseKey() {
        return "compile/" + compilation;
    }
}
