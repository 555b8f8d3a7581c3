package io.slipway.engine.instance;

/** The next thing to do on the way to a goal. */
public sealed interface InstanceStep {
    /** What the infrastructure is asked for: done off the actor's thread, and journaled when it is done. */
    sealed interface Outside extends InstanceStep {}

    /** What only has to be journaled, and told to an agent or to who asked. */
    sealed interface Decided extends InstanceStep {}

    /** What others have to do first. */
    sealed interface Awaited extends InstanceStep {}

    /** A VM is to be made: its agent's id is journaled before. */
    record IntendVm() implements Decided {}

    record CreateVm(String agentId) implements Outside {}

    /** A VM is to be made that takes over from the present one. */
    record IntendReplacement() implements Decided {}

    /** Makes the VM that is to take over from the present one. */
    record CreateReplacement(String agentId) implements Outside {}

    /** The VM that is to take over has not been heard of yet. */
    record AwaitReplacement() implements Awaited {}

    /** Lets the old VM go, to be deleted later. */
    record OrphanVm(String agentId, String cid) implements Outside {}

    record ElectReplacement(String agentId) implements Decided {}

    record DeleteVm(String agentId, String cid) implements Outside {}

    /** A disk is to be made: its key is journaled before. */
    record IntendDisk(InstanceSpec.DiskPlan plan) implements Decided {}

    /** The creation of this disk was intended, and its outcome is not known. */
    record FinishDisk(PersistentDisk disk) implements Outside {}

    record AttachDisk(String vmCid, String diskCid) implements Outside {}

    record DetachDisk(String vmCid, String diskCid) implements Outside {}

    record DeleteDisk(String diskCid) implements Outside {}

    record OrphanDisk(String diskCid) implements Outside {}

    record AdoptDisk(DiskOrder.Adopted disk) implements Outside {}

    /** The disk is detached; the plan says what it should be. */
    record GrowDisk(String diskCid, InstanceSpec.DiskPlan plan) implements Outside {}

    /** Tells the infrastructure the VM's tags. */
    record TagVm(String vmCid) implements Outside {}

    record AwaitAgent() implements Awaited {}

    record AwaitResult(InstanceState.Pending pending) implements Awaited {}

    record AwaitRunning() implements Awaited {}

    record Act(AgentAct act, String subject) implements Decided {}

    record Reached() implements Decided {}
}
