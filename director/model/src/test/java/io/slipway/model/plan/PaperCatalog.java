package io.slipway.model.plan;

import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.release.JobSpec;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A catalog with one stemcell and one release {@code r}, whose jobs are given as their specs. */
public final class PaperCatalog implements Catalog {
    private final Map<String, CatalogJob> jobs = new LinkedHashMap<>();

    public PaperCatalog(String... specs) {
        for (String text : specs) {
            var spec = JobSpec.fromMap(Yaml.parseMap(text, "job spec"));
            jobs.put(spec.name(), new CatalogJob(spec.name(), "1", "fp", "sha", spec));
        }
    }

    @Override
    public Optional<ReleaseVersion> release(String name, String version) {
        return name.equals("r")
                ? Optional.of(new ReleaseVersion("r", "1", "", false, jobs, Map.of(), List.of()))
                : Optional.empty();
    }

    @Override
    public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
        return Optional.of(new StemcellVersion("stemcell", "1", "debian", Map.of("", "cid")));
    }

    /** No job at all. */
    public static PaperCatalog empty() {
        return new PaperCatalog(List.<String>of().toArray(String[]::new));
    }
}
