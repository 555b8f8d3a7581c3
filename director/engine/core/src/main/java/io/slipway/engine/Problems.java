package io.slipway.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What is wrong with a deployment's VMs and disks, and what may be done about it. */
public interface Problems {

    /** Looks at all VMs and disks of a deployment, as a task. What it finds replaces what an earlier scan found. */
    CompletionStage<Long> scan(String deployment, Requester requester);

    /** What the last scan found and nobody solved since. Calls block. */
    List<Problem> list(String deployment);

    /** Queues what is to be done, by problem id and the name of a resolution; null stands for the automatic one. */
    CompletionStage<Long> resolve(
            String deployment, Map<Long, @org.jspecify.annotations.Nullable String> answers, Requester requester);

    /** One problem; the first resolution does nothing. */
    record Problem(
            long id, String type, String description, String instanceGroup, List<ProblemResolution> resolutions) {
        public Problem {
            resolutions = List.copyOf(resolutions);
        }
    }

    /** A resolution's name for machines, and for people. */
    record ProblemResolution(String name, String plan) {}

    /** What is to be done about one problem, in a deployment's queue. */
    record Resolving(
            long problem, String type, String description, String instanceId, String diskCid, String resolution) {}
}
