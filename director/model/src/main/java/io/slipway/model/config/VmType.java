package io.slipway.model.config;

import java.util.Map;

/** A named kind of VM, or an extension of one. */
public record VmType(String name, Map<String, Object> cloudProperties) {}
