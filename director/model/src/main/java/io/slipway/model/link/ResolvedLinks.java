package io.slipway.model.link;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The links of every job of a deployment. */
public final class ResolvedLinks {
    private final Map<String, Map<String, Object>> byJob;
    private final List<SharedLink> shared;
    private final List<SharedLink> taken;
    private final List<String> warnings;
    private final LinkGraph graph;

    ResolvedLinks(
            Map<String, Map<String, Object>> byJob,
            List<SharedLink> shared,
            List<SharedLink> taken,
            List<String> warnings,
            LinkGraph graph) {
        this.graph = graph;
        this.byJob = Map.copyOf(byJob);
        this.shared = List.copyOf(shared);
        this.taken = List.copyOf(taken);
        this.warnings = List.copyOf(warnings);
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
        return new ResolvedLinks(changed, shared, taken, warnings, graph);
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

    /** What this deployment shares with others. */
    public List<SharedLink> shared() {
        return shared;
    }

    /** What this deployment takes from others. */
    public List<SharedLink> taken() {
        return taken;
    }

    /** The same links, and those that certificates take. */
    public ResolvedLinks with(LinkGraph ofCertificates) {
        return new ResolvedLinks(byJob, shared, taken, warnings, graph.and(ofCertificates));
    }

    public LinkGraph graph() {
        return graph;
    }

    /** Links of the manifest that no release knows. */
    public List<String> warnings() {
        return warnings;
    }
}
