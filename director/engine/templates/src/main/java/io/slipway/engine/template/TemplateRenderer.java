package io.slipway.engine.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
    private static final ObjectMapper JSON = new ObjectMapper();
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
     * Renders all templates of a job for an instance, monit's file among them.
     *
     * @throws TemplateException for the first template that does not render
     */
    public RenderedJob render(RenderRequest request) {
        var job = request.job();
        String tree = treeOf(request);
        var files = new TreeMap<String, byte[]>();
        for (var template : job.templates().entrySet()) {
            files.put(template.getValue(), render(request, template.getKey(), tree));
        }
        if (job.sources().containsKey(MONIT)) {
            files.put(MONIT, render(request, MONIT, tree));
        }
        return new RenderedJob(job.jobName(), files);
    }

    @Override
    public void close() {
        ruby.thenAccept(booted -> booted.container().terminate());
    }

    private byte[] render(RenderRequest request, String template, String tree) {
        var job = request.job();
        String key = job.jobName() + "/" + template + "@" + job.fingerprint();
        var booted = ruby.join();
        Object answer = booted.container()
                .callMethod(
                        booted.renderer(),
                        "render",
                        key,
                        Objects.requireNonNull(job.sources().get(template), template),
                        tree);
        List<?> parts = (List<?>) Objects.requireNonNull(answer);
        if ("ok".equals(parts.get(0))) {
            return String.valueOf(parts.get(1)).getBytes(StandardCharsets.UTF_8);
        }
        throw new TemplateException(
                request.releaseName(),
                job.jobName(),
                template,
                ((Number) parts.get(1)).intValue(),
                request.instanceName(),
                String.valueOf(parts.get(2)));
    }

    private static String treeOf(RenderRequest request) {
        try {
            return JSON.writeValueAsString(
                    Map.of("spec", request.spec(), "properties", request.properties(), "links", request.links()));
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("a template's context must be plain maps, lists and scalars", notPlain);
        }
    }

    private static Ruby boot() {
        var container = new ScriptingContainer(LocalContextScope.CONCURRENT, LocalVariableBehavior.TRANSIENT);
        container.setCompileMode(CompileMode.JIT);
        try (InputStream script = Objects.requireNonNull(
                TemplateRenderer.class.getResourceAsStream("context.rb"), "context.rb is in this jar")) {
            String source = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return new Ruby(container, Objects.requireNonNull(container.runScriptlet(source)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
