package io.slipway.model.manifest;

/** A release that a manifest uses; version may be {@code latest}. */
public record ReleaseRef(String name, String version) {}
