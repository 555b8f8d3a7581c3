package io.slipway.engine.run;

import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as a run finds it when it begins, perhaps again.
 *
 * @param accepted null before a deploy went well
 * @param plan that this run pinned before it was cut off; null where it did not come to that
 * @param fresh ids of members that this run was the first to record
 * @param notes of what it did before it was cut off
 */
public record RunStart(
        @Nullable Accepted accepted,
        List<Member> members,
        @Nullable PinnedPlan plan,
        Set<String> fresh,
        Map<String, String> notes) {
    public RunStart {
        members = List.copyOf(members);
        fresh = Set.copyOf(fresh);
        notes = Map.copyOf(notes);
    }
}
