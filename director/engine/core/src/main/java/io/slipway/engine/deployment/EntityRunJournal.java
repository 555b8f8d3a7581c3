package io.slipway.engine.deployment;

import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.deployment.DeploymentCommand.RunReply;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.run.RunJournal;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Has the deployment's entity journal what its run says, wherever that entity is by now. */
final class EntityRunJournal implements RunJournal {
    private final EntityRef<DeploymentCommand> deployment;
    private final long epoch;
    private final Stop stop;

    EntityRunJournal(EntityRef<DeploymentCommand> deployment, long epoch, Stop stop) {
        this.deployment = deployment;
        this.epoch = epoch;
        this.stop = stop;
    }

    @Override
    public PinnedPlan pin(PinnedPlan plan) {
        var reply = ask(replyTo -> new DeploymentCommand.PinPlan(epoch, plan, replyTo));
        return reply instanceof DeploymentCommand.Pinned pinned ? pinned.plan() : plan;
    }

    @Override
    public void record(List<Member> members) {
        ask(replyTo -> new DeploymentCommand.RecordMembers(epoch, members, replyTo));
    }

    @Override
    public void recordRemoval(String instanceId) {
        ask(replyTo -> new DeploymentCommand.RecordRemoval(epoch, instanceId, replyTo));
    }

    @Override
    public void note(String what, String outcome) {
        ask(replyTo -> new DeploymentCommand.RecordNote(epoch, what, outcome, replyTo));
    }

    private RunReply ask(Function<ActorRef<RunReply>, DeploymentCommand> question) {
        RunReply reply = Ask.untilAnswered(stop, () -> deployment.<RunReply>ask(question::apply, Ask.SILENCE));
        if (reply instanceof DeploymentCommand.Superseded) {
            throw stop.superseded();
        }
        return reply;
    }
}
