package io.slipway.engine.deployment;

import io.slipway.engine.template.RenderedJob;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.variable.VariableDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that a deploy is planned from. Calls may block. */
public interface PlanSources {

    Catalog catalog();

    Configs configs();

    /**
     * Values of all references, by name without any field; what is defined and not there yet is generated.
     *
     * @throws io.slipway.model.InvalidInput naming a reference that is neither defined nor stored
     */
    Map<String, Object> variables(String deployment, List<VariableDefinition> definitions, Set<String> references);

    /** Deletes the variables that a deployment alone has. */
    void forgetVariables(String deployment);

    /**
     * Renders all templates of a job for one instance.
     *
     * @throws io.slipway.engine.template.TemplateException naming release, job, template, line and instance
     */
    RenderedJob render(
            String releaseName,
            CatalogJob job,
            Map<String, Object> spec,
            Map<String, Object> properties,
            Map<String, Object> links);

    /** Stores a blob and returns its SHA-256. */
    String store(byte[] content);

    /** Where a stored blob's file is. */
    Path blob(String sha256);

    /** The current configs. */
    interface Configs {
        /** All cloud configs merged, or one with nothing in it where there is none. */
        CloudConfig cloud();

        List<Map<String, Object>> runtime();
    }
}
