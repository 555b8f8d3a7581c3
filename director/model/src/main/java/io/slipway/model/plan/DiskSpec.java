package io.slipway.model.plan;

import java.util.Map;

/**
 * A persistent disk.
 *
 * @param name empty for the one that is mounted at the store
 */
public record DiskSpec(String name, int sizeMb, String typeName, Map<String, Object> cloudProperties) {}
