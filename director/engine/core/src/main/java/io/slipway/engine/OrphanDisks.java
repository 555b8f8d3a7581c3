package io.slipway.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Disks that no instance has any more. They are deleted after five days. */
public interface OrphanDisks {

    List<OrphanDisk> list();

    /** Deletes one now, as a task. */
    CompletionStage<Long> delete(String cid, Requester requester);

    /**
     * One disk.
     *
     * @param instance as {@code group/id}
     * @param cpi that has it; empty for the built-in one
     */
    record OrphanDisk(
            String cid,
            long sizeMb,
            String deployment,
            String instance,
            String az,
            Instant orphanedAt,
            String cpi,
            Map<String, Object> cloudProperties) {}
}
