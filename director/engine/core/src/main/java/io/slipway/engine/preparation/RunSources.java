package io.slipway.engine.preparation;

import io.slipway.engine.Cpis;
import io.slipway.engine.config.ConfigReader;
import io.slipway.engine.naming.NameService;
import io.slipway.model.plan.Catalog;
import io.slipway.secrets.input.RunInputs;
import io.slipway.secrets.link.SharedLinkStore;
import io.slipway.secrets.variable.VariableResolver;

/**
 * Where the inputs of runs are read from. Calls block.
 *
 * @param catalog what was uploaded
 * @param links that deployments share
 * @param inputs that runs under way go by
 */
public record RunSources(
        Catalog catalog,
        ConfigReader configs,
        VariableResolver variables,
        SharedLinkStore links,
        RunInputs inputs,
        NameService naming,
        Cpis cpis) {}
