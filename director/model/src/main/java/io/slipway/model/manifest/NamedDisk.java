package io.slipway.model.manifest;

/** A disk of an instance group that jobs find by a link of its name. */
public record NamedDisk(String name, String type) {}
