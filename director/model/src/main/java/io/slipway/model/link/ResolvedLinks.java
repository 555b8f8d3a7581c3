package io.slipway.model.link;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The links of every job of a deployment. */
public final class ResolvedLinks {
    private final Map<String, Map<String, Object>> byJob;

    ResolvedLinks(Map<String, Map<String, Object>> byJob) {
        this.byJob = Map.copyOf(byJob);
    }

    /** The same links, each with its content changed. */
    public ResolvedLinks mapped(UnaryOperator<Map<String, Object>> change) {
        var changed = new LinkedHashMap<String, Map<String, Object>>();
        byJob.forEach((job, links) -> {
            var each = new LinkedHashMap<String, Object>();
            links.forEach(
                    (name, content) -> each.put(name, content instanceof Map<?, ?> map ? of(map, change) : content));
            changed.put(job, each);
        });
        return new ResolvedLinks(changed);
    }

    private static Map<String, Object> of(Map<?, ?> content, UnaryOperator<Map<String, Object>> change) {
        var copy = new LinkedHashMap<String, Object>();
        content.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return change.apply(copy);
    }

    /** Links by name, each as templates see it. */
    public Map<String, Object> forJob(String group, String job) {
        return byJob.getOrDefault(group + "/" + job, Map.of());
    }
}
