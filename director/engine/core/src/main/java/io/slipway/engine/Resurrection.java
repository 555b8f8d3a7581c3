package io.slipway.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** VMs that are gone are made anew by themselves, unless that is paused. Calls block but for those that give a task. */
public interface Resurrection {

    boolean isPausedForAll();

    void pauseForAll(boolean isPaused, Requester requester);

    /** Whether it is paused for all, or a config of type {@code resurrection} switches it off for this group. */
    boolean isPaused(String deployment, String group);

    /**
     * Looks at these instances, and makes the VMs anew of those whose VM is missing or whose agent does not answer.
     *
     * @param instances indices or ids, by instance group
     * @throws RequestRefused 410004 while it is paused for all
     */
    CompletionStage<Long> scanAndFix(String deployment, Map<String, List<String>> instances, Requester requester);
}
