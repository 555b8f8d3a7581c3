package io.slipway.model.config;

import java.util.Map;

/** A named kind of persistent disk. */
public record DiskType(String name, int sizeMb, Map<String, Object> cloudProperties) {}
