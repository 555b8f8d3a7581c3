package io.slipway.model.config;

import java.util.Map;
import java.util.Optional;

/** An availability zone; cpi names the CPI that serves it. */
public record Az(String name, Optional<String> cpi, Map<String, Object> cloudProperties) {}
