package io.slipway.model.plan;

import java.util.Map;

/** A persistent disk. */
public record DiskSpec(int sizeMb, String typeName, Map<String, Object> cloudProperties) {}
