package io.slipway.templates;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jruby.embed.ScriptingContainer;

/** The templates of a job with properties and links, to be rendered for many instances. Safe for use by many threads. */
public final class JobTemplates {
    private final ScriptingContainer container;
    private final Object prepared;
    private final String releaseName;
    private final String jobName;
    private final List<Target> targets;

    /** A template by its path in the job's archive, and the path of what it gives. */
    record Target(String source, String path) {}

    JobTemplates(
            ScriptingContainer container, Object prepared, String releaseName, String jobName, List<Target> targets) {
        this.container = container;
        this.prepared = prepared;
        this.releaseName = releaseName;
        this.jobName = jobName;
        this.targets = List.copyOf(targets);
    }

    /**
     * Renders all templates for an instance, monit's file among them.
     *
     * @param spec what templates see as {@code spec}
     * @throws TemplateException for the first template that does not render
     */
    public RenderedJob render(Map<String, Object> spec) {
        var answers =
                (List<?>) Objects.requireNonNull(container.callMethod(prepared, "render", TemplateRenderer.json(spec)));
        var files = new TreeMap<String, byte[]>();
        for (int i = 0; i < targets.size(); i++) {
            var target = targets.get(i);
            var parts = (List<?>) Objects.requireNonNull(answers.get(i));
            if (!"ok".equals(parts.get(0))) {
                throw new TemplateException(
                        releaseName,
                        jobName,
                        target.source(),
                        ((Number) Objects.requireNonNull(parts.get(1))).intValue(),
                        spec.get("name") + "/" + spec.get("index"),
                        String.valueOf(parts.get(2)));
            }
            files.put(target.path(), String.valueOf(parts.get(1)).getBytes(StandardCharsets.UTF_8));
        }
        return new RenderedJob(jobName, files);
    }
}
