package io.slipway.engine;

import java.util.concurrent.CompletionStage;

/** Deletes single VMs, whoever has them. */
public interface VmDeletion {

    /** Deletes a VM as it is, as a task; an instance that has it has none afterwards. Absent is success. */
    CompletionStage<Long> delete(String cid, Requester requester);
}
