package io.slipway.engine;

import io.slipway.model.resurrection.ResurrectionRules;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What a health monitor goes by when it has VMs made anew, and how it asks for that. Calls block but for those that give a task. */
public interface Repairs {

    boolean isPausedForAll();

    /** What the configs of type {@code resurrection} say. One that cannot be read switches nothing off. */
    ResurrectionRules rules();

    /** Has a look at these instances, and makes the VMs anew of those whose VM is missing or whose agent does not answer. */
    CompletionStage<Long> repair(String deployment, List<String> instanceIds, Requester requester);
}
