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

    /** Queues what is to be done about some of them, as a task. */
    CompletionStage<Long> resolve(String deployment, Answers answers, Requester requester);

    /**
     * What is to be done.
     *
     * @param resolutions names of resolutions by problem id; null stands for the automatic one
     * @param maxInFlight how many problems of an instance group are solved at a time, a number or a percentage, where that
     *     is not as its manifest says
     */
    record Answers(Map<Long, @org.jspecify.annotations.Nullable String> resolutions, Map<String, String> maxInFlight) {}

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
