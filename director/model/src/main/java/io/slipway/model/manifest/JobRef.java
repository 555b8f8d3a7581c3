package io.slipway.model.manifest;

import io.slipway.model.release.LinkProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job of an instance group.
 *
 * @param properties in the place of the group's; empty where the job has no such section
 * @param consumes by link name: a map such as {from: x}, or the text nil
 * @param provides by link name: a map such as {as: x, shared: true}, or the text nil
 * @param customProviders links that the manifest, not the release, says the job provides
 */
public record JobRef(
        String name,
        String release,
        Optional<Map<String, Object>> properties,
        Map<String, Object> consumes,
        Map<String, Object> provides,
        List<LinkProvider> customProviders) {}
