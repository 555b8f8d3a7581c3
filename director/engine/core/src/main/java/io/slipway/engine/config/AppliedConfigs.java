package io.slipway.engine.config;

import io.slipway.engine.ConfigIds;
import java.util.List;
import java.util.Map;

/**
 * Configs that apply to a deployment, as they were uploaded.
 *
 * @param cloud trees of cloud configs, their references not filled in
 * @param runtime likewise of runtime configs
 */
public record AppliedConfigs(ConfigIds ids, List<Map<String, Object>> cloud, List<Map<String, Object>> runtime) {}
