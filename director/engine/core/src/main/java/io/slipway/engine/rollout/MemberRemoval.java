package io.slipway.engine.rollout;

import io.slipway.engine.ask.Parallel;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.InstanceSpec;
import io.slipway.engine.plan.Member;
import io.slipway.engine.preparation.RunServices;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.model.ErrorCodes;
import java.util.List;
import java.util.Map;

/**
 * Deletes members with their VMs; their disks become orphans, unless they are to go too. What of it a run did before it was
 * cut off is found done.
 */
final class MemberRemoval {
    private static final int DELETION_FAILED = 450002;

    private final Run run;
    private final RunServices services;
    private final Manner manner;

    /**
     * How members are deleted.
     *
     * @param force goes on past scripts that fail and what the infrastructure refuses
     * @param deleteDisks disks go for good, instead of becoming orphans
     */
    record Manner(boolean force, boolean deleteDisks) {
        static final Manner ORDERLY = new Manner(false, false);
    }

    MemberRemoval(Run run, RunServices services, Manner manner) {
        this.run = run;
        this.services = services;
        this.manner = manner;
    }

    /** Throws where one is to be left alone. */
    static void requireNoneIgnored(List<Member> doomed) throws RunFailed {
        for (var member : doomed) {
            if (member.isIgnored()) {
                throw new RunFailed(
                        ErrorCodes.IGNORED_DELETION,
                        "'" + member.group() + "/" + member.instanceId()
                                + "' would be deleted, and is ignored: unignore it first");
            }
        }
    }

    void remove(String stageName, List<String> tags, List<Member> members, int atATime) throws Exception {
        if (members.isEmpty()) {
            return;
        }
        var stage = run.log().stage(stageName, tags, members.size());
        Parallel.each(members, atATime, member -> {
            run.check();
            stage.step(member.name(), () -> remove(member));
        });
    }

    private void remove(Member member) throws RunFailed {
        var goal = InstanceGoal.of(run.key(), run.task(), run.fence(), Kind.DELETED, gone(member))
                .fixing(true)
                .deletingDisks(manner.deleteDisks())
                .forced(manner.force());
        var ended = services.instances().converge(member.instanceId(), goal);
        ended.warnings().forEach(warning -> run.log().warning(member.name() + ": " + warning));
        ended.account().forEach(line -> run.log().debug(member.name() + ": " + line));
        if (!ended.succeeded()) {
            run.check();
            throw new RunFailed(DELETION_FAILED, ended.failure());
        }
        services.release(member.allLeases(), List.of());
        run.journal().recordRemoval(member.instanceId());
    }

    /** It says who the instance was, and nothing of what it should be. */
    private InstanceSpec gone(Member member) {
        return new InstanceSpec(
                run.deployment(),
                member.group(),
                member.index(),
                member.az(),
                member.bootstrap(),
                "",
                new InstanceSpec.VmPlan("", "", "", Map.of(), "{}", Map.of(), ""),
                List.of(),
                null,
                new byte[0],
                0,
                0);
    }
}
