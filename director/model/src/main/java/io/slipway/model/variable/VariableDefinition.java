package io.slipway.model.variable;

import java.util.Map;

/**
 * A variable that the manifest declares, to be generated when it has no value.
 *
 * @param type password, certificate, rsa, ssh, user
 * @param updateMode no-overwrite, overwrite or converge
 */
public record VariableDefinition(String name, String type, Map<String, Object> options, String updateMode) {}
