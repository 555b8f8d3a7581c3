package io.slipway.engine.deployment;

import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.run.RunStart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as its deployment knows it.
 *
 * @param plan null before it has decided
 * @param fresh ids of members that its plan was the first to have
 * @param notes of what it has done and is not to do again
 */
public record RunUnderWay(
        long task, long epoch, @Nullable PinnedPlan plan, Set<String> fresh, Map<String, String> notes) {
    public RunUnderWay {
        fresh = Set.copyOf(fresh);
        notes = Map.copyOf(notes);
    }

    static RunUnderWay first(long task, long epoch) {
        return new RunUnderWay(task, epoch, null, Set.of(), Map.of());
    }

    RunUnderWay again(long newEpoch) {
        return new RunUnderWay(task, newEpoch, plan, fresh, notes);
    }

    RunUnderWay with(PinnedPlan pinned, Set<String> newMembers) {
        return new RunUnderWay(task, epoch, pinned, newMembers, notes);
    }

    RunUnderWay noting(String what, String outcome) {
        var more = new LinkedHashMap<>(notes);
        more.putIfAbsent(what, outcome);
        return new RunUnderWay(task, epoch, plan, fresh, more);
    }

    RunStart start(@Nullable Accepted accepted, List<Member> members) {
        return new RunStart(accepted, members, plan, fresh, notes);
    }
}
