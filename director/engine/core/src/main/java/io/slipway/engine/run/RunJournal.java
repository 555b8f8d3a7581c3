package io.slipway.engine.run;

import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import java.util.List;

/**
 * What a run has its deployment journal. Each call returns when it is journaled, and may be made again; where a newer run has
 * begun, nothing is journaled and {@link io.slipway.engine.ask.Stop.Stopped} is thrown.
 */
public interface RunJournal {
    /** The run goes by this plan, also when it begins again. Returns the one that counts: the first. */
    PinnedPlan pin(PinnedPlan plan);

    /** Members, before anything is made for them. */
    void record(List<Member> members);

    /** This member is gone, all of it. */
    void recordRemoval(String instanceId);

    /** Something that is done and is not to be done again, with what came of it. The first counts. */
    void note(String what, String outcome);
}
