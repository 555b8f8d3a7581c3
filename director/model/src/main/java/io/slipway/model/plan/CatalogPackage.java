package io.slipway.model.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A package of an uploaded release.
 *
 * @param blobSha256 of its source, where there is one
 * @param compiled digests by {@code os/version} of stemcells
 */
public record CatalogPackage(
        String name,
        String version,
        String fingerprint,
        Optional<String> blobSha256,
        List<String> dependencies,
        Map<String, String> compiled) {}
