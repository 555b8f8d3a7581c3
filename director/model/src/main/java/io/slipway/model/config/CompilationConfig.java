package io.slipway.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How packages are compiled.
 *
 * @param vmResources sizes that a CPI makes cloud properties of; empty where the section has none
 * @param vmExtensions in the order in which their properties are put over the VM type's
 */
public record CompilationConfig(
        int workers,
        Optional<String> az,
        Optional<String> vmType,
        Optional<Map<String, Object>> vmResources,
        List<String> vmExtensions,
        String network,
        boolean reuseVms,
        boolean orphansWorkers,
        Map<String, Object> cloudProperties,
        Map<String, Object> env) {}
