package io.slipway.model.config;

import java.util.Map;
import java.util.Optional;

/** How packages are compiled. */
public record CompilationConfig(
        int workers,
        Optional<String> az,
        Optional<String> vmType,
        String network,
        boolean reuseVms,
        Map<String, Object> cloudProperties,
        Map<String, Object> env) {}
