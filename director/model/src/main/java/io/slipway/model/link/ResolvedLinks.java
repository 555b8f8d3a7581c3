package io.slipway.model.link;

import java.util.Map;

/** The links of every job of a deployment. */
public final class ResolvedLinks {
    private final Map<String, Map<String, Object>> byJob;

    ResolvedLinks(Map<String, Map<String, Object>> byJob) {
        this.byJob = Map.copyOf(byJob);
    }

    /** Links by name, each as templates see it. */
    public Map<String, Object> forJob(String group, String job) {
        return byJob.getOrDefault(group + "/" + job, Map.of());
    }
}
