package io.slipway.engine.render;

import io.slipway.model.plan.CatalogJob;
import io.slipway.store.blob.Blobs;
import io.slipway.templates.JobSource;
import io.slipway.templates.JobTemplates;
import io.slipway.templates.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Templates out of the archives of jobs. Those that were used last are kept in memory. */
public final class JobArchives {
    private static final int KEPT = 400;

    private final TemplateRenderer renderer;
    private final Blobs blobs;
    private final Map<String, JobSource> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JobSource> eldest) {
            return size() > KEPT;
        }
    };

    public JobArchives(TemplateRenderer renderer, Blobs blobs) {
        this.renderer = renderer;
        this.blobs = blobs;
    }

    /**
     * The templates of a job, to be rendered for the instances of a group.
     *
     * @param properties as declared by the job, defaults applied
     * @param links by name
     */
    JobTemplates templates(
            String releaseName, CatalogJob job, Map<String, Object> properties, Map<String, Object> links) {
        return renderer.prepare(releaseName, source(job), properties, links);
    }

    private JobSource source(CatalogJob job) {
        String key = job.name() + "@" + job.blobSha256();
        synchronized (sources) {
            return sources.computeIfAbsent(key, unknown -> read(job));
        }
    }

    private JobSource read(CatalogJob job) {
        try {
            return JobSource.read(job.name(), job.fingerprint(), job.spec().templates(), blobs.open(job.blobSha256()));
        } catch (IOException broken) {
            throw new UncheckedIOException("the archive of job '" + job.name() + "' cannot be read", broken);
        }
    }
}
