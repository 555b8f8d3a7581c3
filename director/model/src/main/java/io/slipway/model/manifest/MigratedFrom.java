package io.slipway.model.manifest;

import java.util.Optional;

/**
 * An instance group whose instances become those of another one.
 *
 * @param az where they were, if their group named no AZs
 */
public record MigratedFrom(String name, Optional<String> az) {}
