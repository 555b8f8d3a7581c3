package io.slipway.model.plan;

import io.slipway.model.release.LinkProvider;
import java.util.List;
import java.util.Map;

/**
 * A job of a group, found in its release. Properties are the manifest's.
 *
 * @param customProviders links that the manifest, not the release, says the job provides
 */
public record ResolvedJob(
        ReleaseVersion release,
        CatalogJob job,
        Map<String, Object> properties,
        Map<String, Object> consumes,
        Map<String, Object> provides,
        List<LinkProvider> customProviders) {}
