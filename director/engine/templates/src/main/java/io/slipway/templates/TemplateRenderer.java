package io.slipway.templates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jruby.RubyInstanceConfig.CompileMode;
import org.jruby.embed.LocalContextScope;
import org.jruby.embed.LocalVariableBehavior;
import org.jruby.embed.ScriptingContainer;

/**
 * Renders jobs' templates in one JRuby that boots in the background. Safe for use by many threads; a call made while
 * JRuby boots waits for it.
 */
public final class TemplateRenderer implements AutoCloseable {
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();
    private static final List<String> SCRIPTS =
            List.of("process.rb", "library.rb", "links.rb", "spec.rb", "renderer.rb");
    private static final String MONIT = "monit";

    private final CompletableFuture<Ruby> ruby;

    private record Ruby(ScriptingContainer container, Object renderer) {}

    private TemplateRenderer(CompletableFuture<Ruby> ruby) {
        this.ruby = ruby;
    }

    /** Returns at once. */
    public static TemplateRenderer startInBackground() {
        var booting = new CompletableFuture<Ruby>();
        Thread.ofPlatform().daemon().name("jruby-boot").start(() -> {
            try {
                booting.complete(boot());
            } catch (Throwable failure) {
                booting.completeExceptionally(failure);
            }
        });
        return new TemplateRenderer(booting);
    }

    /**
     * Reads what is the same for all instances of a group once, for many renderings.
     *
     * @param properties as declared by the job, defaults applied
     * @param links by name: instances, properties and address
     */
    public JobTemplates prepare(
            String releaseName, JobSource job, Map<String, Object> properties, Map<String, Object> links) {
        var keys = new ArrayList<String>();
        var paths = new ArrayList<String>();
        var sources = new ArrayList<String>();
        var targets = new ArrayList<JobTemplates.Target>();
        job.templates().forEach((source, target) -> targets.add(new JobTemplates.Target(source, target)));
        if (job.sources().containsKey(MONIT)) {
            targets.add(new JobTemplates.Target(MONIT, MONIT));
        }
        for (var target : targets) {
            String path = job.jobName() + "/" + target.source();
            keys.add(path + "@" + job.fingerprint());
            paths.add(path);
            sources.add(Objects.requireNonNull(job.sources().get(target.source()), target.source()));
        }
        var booted = ruby.join();
        Object prepared = booted.container()
                .callMethod(booted.renderer(), "job", keys, paths, sources, json(properties), json(links));
        return new JobTemplates(
                booted.container(), Objects.requireNonNull(prepared), releaseName, job.jobName(), targets);
    }

    /**
     * Renders all templates of a job for an instance, monit's file among them.
     *
     * @throws TemplateException for the first template that does not render
     */
    public RenderedJob render(RenderRequest request) {
        return prepare(request.releaseName(), request.job(), request.properties(), request.links())
                .render(request.spec());
    }

    @Override
    public void close() {
        ruby.thenAccept(booted -> booted.container().terminate());
    }

    static String json(Map<String, Object> tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("a template's context must be plain maps, lists and scalars", notPlain);
        }
    }

    private static Ruby boot() {
        var container = new ScriptingContainer(LocalContextScope.CONCURRENT, LocalVariableBehavior.TRANSIENT);
        container.setCompileMode(CompileMode.JIT);
        Object renderer = null;
        for (String script : SCRIPTS) {
            try (InputStream source = Objects.requireNonNull(
                    TemplateRenderer.class.getResourceAsStream(script), script + " is in this jar")) {
                renderer = container.runScriptlet(source, script);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return new Ruby(container, Objects.requireNonNull(renderer));
    }
}
