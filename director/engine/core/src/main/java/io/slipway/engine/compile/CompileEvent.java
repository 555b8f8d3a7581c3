package io.slipway.engine.compile;

import io.slipway.engine.JournaledEvent;

/** What happened to the compilation of one package. */
public sealed interface CompileEvent extends JournaledEvent {
    record Requested(CompileRequest request) implements CompileEvent {}

    record AddressLeased(String address) implements CompileEvent {}

    record VmIntended(String agentId, int generation) implements CompileEvent {}

    record VmCreated(String cid) implements CompileEvent {}

    record CommandIssued(String commandId) implements CompileEvent {}

    record Compiled(String sha256, long sizeBytes) implements CompileEvent {}

    record Failed(String message) implements CompileEvent {}

    /** The agent died under the command, or could not reach the director: it is to be issued anew. */
    record CommandLost() implements CompileEvent {}

    record VmDeleted() implements CompileEvent {}

    record AddressReleased() implements CompileEvent {}
}
