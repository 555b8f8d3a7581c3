package io.slipway.model.plan;

import java.util.Map;

/** A job of a group, found in its release. Properties are the manifest's. */
public record ResolvedJob(
        ReleaseVersion release,
        CatalogJob job,
        Map<String, Object> properties,
        Map<String, Object> consumes,
        Map<String, Object> provides) {}
