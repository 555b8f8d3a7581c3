package io.slipway.model.plan;

import java.util.Map;

/** An uploaded release, with its jobs and packages by name. */
public record ReleaseVersion(
        String name, String version, Map<String, CatalogJob> jobs, Map<String, CatalogPackage> packages) {}
