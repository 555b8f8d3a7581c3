package io.slipway.engine.compile;

import io.slipway.engine.JournaledEvent;
import org.jspecify.annotations.Nullable;

/** The compilation of one package as its journal tells it. Empty strings stand for what is not there. */
public record CompileState(
        @Nullable CompileRequest request,
        String address,
        String agentId,
        int generation,
        String vmCid,
        String commandId,
        String sha256,
        String failure)
        implements JournaledEvent {
    static final CompileState NONE = new CompileState(null, "", "", 0, "", "", "", "");

    boolean isOver() {
        return !sha256.isEmpty() || !failure.isEmpty();
    }

    /** It runs, or holds a VM or an address still. */
    boolean isOpen() {
        return request != null && !isOver() || hasLeftovers();
    }

    /** Whether the compilation was begun for the task of this request. */
    boolean isFor(CompileRequest other) {
        return request != null && request.task() == other.task();
    }

    boolean hasLeftovers() {
        return !agentId.isEmpty() || !address.isEmpty();
    }

    CompileState apply(CompileEvent event) {
        return switch (event) {
            case CompileEvent.Requested made ->
                new CompileState(made.request(), address, agentId, generation, vmCid, commandId, "", "");
            case CompileEvent.AddressLeased leased ->
                new CompileState(request, leased.address(), agentId, generation, vmCid, commandId, sha256, failure);
            case CompileEvent.VmIntended intended ->
                new CompileState(request, address, intended.agentId(), intended.generation(), "", "", sha256, failure);
            case CompileEvent.VmCreated created ->
                new CompileState(request, address, agentId, generation, created.cid(), "", sha256, failure);
            case CompileEvent.CommandIssued issued ->
                new CompileState(request, address, agentId, generation, vmCid, issued.commandId(), sha256, failure);
            case CompileEvent.CommandLost lost ->
                new CompileState(request, address, agentId, generation, vmCid, "", sha256, failure);
            case CompileEvent.Compiled compiled ->
                new CompileState(request, address, agentId, generation, vmCid, "", compiled.sha256(), "");
            case CompileEvent.Failed failed ->
                new CompileState(request, address, agentId, generation, vmCid, "", "", failed.message());
            case CompileEvent.VmDeleted deleted ->
                new CompileState(request, address, "", generation, "", "", sha256, failure);
            case CompileEvent.AddressReleased released ->
                new CompileState(request, "", agentId, generation, vmCid, commandId, sha256, failure);
        };
    }
}
