package io.slipway.engine.instance;

/** The next thing to do on the way to a goal. */
public sealed interface InstanceStep {

    record CreateVm() implements InstanceStep {}

    /** Makes the VM that is to take over from the present one. */
    record CreateReplacement() implements InstanceStep {}

    /** The VM that is to take over has not been heard of yet. */
    record AwaitReplacement() implements InstanceStep {}

    /** Lets the old VM go, to be deleted later. */
    record OrphanVm(String agentId, String cid) implements InstanceStep {}

    record ElectReplacement(String agentId) implements InstanceStep {}

    record DeleteVm(String agentId, String cid) implements InstanceStep {}

    record CreateDisk(InstanceSpec.DiskPlan plan) implements InstanceStep {}

    /** The creation of this disk was intended, and its outcome is not known. */
    record FinishDisk(PersistentDisk disk) implements InstanceStep {}

    record AttachDisk(String vmCid, String diskCid) implements InstanceStep {}

    record DetachDisk(String vmCid, String diskCid) implements InstanceStep {}

    record DeleteDisk(String diskCid) implements InstanceStep {}

    record OrphanDisk(String diskCid) implements InstanceStep {}

    record AdoptDisk(DiskOrder.Adopted disk) implements InstanceStep {}

    /** The disk is detached; the plan says what it should be. */
    record GrowDisk(String diskCid, InstanceSpec.DiskPlan plan) implements InstanceStep {}

    /** Tells the infrastructure the VM's tags. */
    record TagVm(String vmCid) implements InstanceStep {}

    record AwaitAgent() implements InstanceStep {}

    record AwaitResult(InstanceState.Pending pending) implements InstanceStep {}

    record AwaitRunning() implements InstanceStep {}

    record Act(AgentAct act, String subject) implements InstanceStep {}

    record Reached() implements InstanceStep {}
}
