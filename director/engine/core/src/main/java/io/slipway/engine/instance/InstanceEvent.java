package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.JournaledEvent;
import java.util.List;

/** What happened to an instance. An event that ends in "Intended" or "Issued" is written before its act. */
public sealed interface InstanceEvent extends JournaledEvent {

    record GoalSet(InstanceGoal goal) implements InstanceEvent {}

    record GoalReached(String key) implements InstanceEvent {}

    record GoalFailed(String key, String message) implements InstanceEvent {}

    /** A VM is about to be made; cpi is empty for the built-in one. */
    record VmIntended(String agentId, int generation, String bornFor, String fingerprint, String cpi)
            implements InstanceEvent {
        public VmIntended {
            // Journals of earlier versions have none.
            cpi = cpi == null ? "" : cpi;
        }
    }

    record VmCreated(String agentId, String cid, List<VmNetwork> networks, String at) implements InstanceEvent {}

    /** The VM is gone, or was never made. */
    record VmDeleted(String agentId) implements InstanceEvent {}

    record DiskIntended(String key, long sizeMb, String fingerprint) implements InstanceEvent {}

    record DiskCreated(String key, String cid) implements InstanceEvent {}

    record DiskAttached(String cid, String vmCid, String device) implements InstanceEvent {}

    record DiskDetached(String cid) implements InstanceEvent {}

    record DiskDeleted(String cid) implements InstanceEvent {}

    /** The disk stays in the infrastructure, and is no longer this instance's. */
    record DiskOrphaned(String cid) implements InstanceEvent {}

    /** A command to the agent; subject is a disk's cid where the command is about one. */
    record CommandIssued(String commandId, AgentAct act, String subject, String specHash) implements InstanceEvent {}

    record CommandSucceeded(String commandId) implements InstanceEvent {}

    record CommandFailed(String commandId, String message) implements InstanceEvent {}

    /** The agent died under the command: it is to be issued anew. */
    record CommandLost(String commandId) implements InstanceEvent {}

    record JobsSeenRunning(String specHash) implements InstanceEvent {}
}
