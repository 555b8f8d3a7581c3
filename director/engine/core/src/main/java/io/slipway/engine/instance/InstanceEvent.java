package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.Fence;
import io.slipway.engine.JournaledEvent;
import io.slipway.engine.agent.AgentId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happened to an instance. An event that ends in "Intended" or "Issued" is written before its act. */
public sealed interface InstanceEvent extends JournaledEvent {

    record GoalSet(InstanceGoal goal) implements InstanceEvent {}

    /** A run that was begun again asks for the same goal. */
    record GoalRenewed(Fence fence) implements InstanceEvent {}

    record GoalReached(String key) implements InstanceEvent {}

    record GoalFailed(String key, String message) implements InstanceEvent {}

    /**
     * A VM is about to be made.
     *
     * @param cpi empty for the built-in one
     * @param tags that it is made with; null in journals of earlier versions
     */
    record VmIntended(
            String agentId,
            int generation,
            String bornFor,
            String fingerprint,
            String cpi,
            @Nullable Map<String, String> tags)
            implements InstanceEvent {
        public VmIntended {
            // Journals of earlier versions have none.
            cpi = cpi == null ? "" : cpi;
        }

        /** Of the instance's next VM, as the goal wants it. */
        static VmIntended of(String instanceId, InstanceState state, InstanceGoal goal) {
            int generation = state.generation() + 1;
            return new VmIntended(
                    new AgentId(AgentId.Owner.INSTANCE, instanceId, generation).value(),
                    generation,
                    goal.key(),
                    goal.spec().vm().fingerprint(),
                    goal.spec().vm().cpi(),
                    goal.spec().vm().tags());
        }
    }

    record VmCreated(String agentId, String cid, List<VmNetwork> networks, String at) implements InstanceEvent {}

    /** Another VM is to be made, beside the present one, to take over from it. */
    record ReplacementIntended(
            String agentId,
            int generation,
            String bornFor,
            String fingerprint,
            String cpi,
            @Nullable Map<String, String> tags)
            implements InstanceEvent {
        static ReplacementIntended of(String instanceId, InstanceState state, InstanceGoal goal) {
            var vm = VmIntended.of(instanceId, state, goal);
            return new ReplacementIntended(
                    vm.agentId(), vm.generation(), vm.bornFor(), vm.fingerprint(), vm.cpi(), vm.tags());
        }
    }

    /** The infrastructure knows these tags of the VM. */
    record VmTagged(String agentId, Map<String, String> tags) implements InstanceEvent {}

    /** The VM stays in the infrastructure for a while, and is no longer this instance's. */
    record VmOrphaned(String agentId) implements InstanceEvent {}

    /** The VM that was made beside has taken over; it counts as made for this goal. */
    record ReplacementElected(String agentId, String bornFor) implements InstanceEvent {}

    /** The VM is gone, or was never made. */
    record VmDeleted(String agentId) implements InstanceEvent {}

    /**
     * A disk is about to be made.
     *
     * @param name empty for the one that is mounted at the store
     * @param bornFor the key of the goal for which it is made
     */
    record DiskIntended(
            String key,
            long sizeMb,
            String fingerprint,
            String name,
            Map<String, Object> cloudProperties,
            String bornFor)
            implements InstanceEvent {
        public DiskIntended {
            // In journals of earlier versions there are none.
            name = name == null ? "" : name;
            cloudProperties = cloudProperties == null ? Map.of() : cloudProperties;
            bornFor = bornFor == null ? "" : bornFor;
        }

        static DiskIntended of(String key, InstanceSpec.DiskPlan plan, String bornFor) {
            return new DiskIntended(
                    key, plan.sizeMb(), plan.fingerprint(), plan.name(), plan.cloudProperties(), bornFor);
        }
    }

    record DiskCreated(String key, String cid) implements InstanceEvent {}

    record DiskAttached(String cid, String vmCid, String device) implements InstanceEvent {}

    record DiskDetached(String cid) implements InstanceEvent {}

    record DiskDeleted(String cid) implements InstanceEvent {}

    /** A disk that existed is this instance's from now on. */
    record DiskAdopted(String key, DiskOrder.Adopted disk) implements InstanceEvent {}

    /** The disk is as large as was asked, with its data. */
    record DiskGrown(String cid, long sizeMb, String fingerprint) implements InstanceEvent {}

    /** The infrastructure cannot make this disk as it should be: the data has to move to another one. */
    record DiskGrowthRefused(String cid, String fingerprint) implements InstanceEvent {}

    /** A disk that was not used is the instance's disk from now on. */
    record DiskActivated(String cid) implements InstanceEvent {}

    /** The disk stays in the infrastructure, and is no longer this instance's. */
    record DiskOrphaned(String cid) implements InstanceEvent {}

    /** A command to the agent; subject is a disk's cid where the command is about one. */
    record CommandIssued(String commandId, AgentAct act, String subject, String specHash) implements InstanceEvent {}

    record CommandSucceeded(String commandId) implements InstanceEvent {}

    record CommandFailed(String commandId, String message) implements InstanceEvent {}

    /** The agent died under the command, or could not reach the director: it is to be issued anew. */
    record CommandLost(String commandId) implements InstanceEvent {}

    record JobsSeenRunning(String specHash) implements InstanceEvent {}
}
