package io.slipway.model.release;

import org.jspecify.annotations.Nullable;

/** A property that a job declares. */
public record PropertyDefinition(
        String description, boolean hasDefault, @Nullable Object defaultValue) {}
