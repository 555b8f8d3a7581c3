package io.slipway.engine.deployment;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.template.JobTemplates;
import io.slipway.engine.variable.ResolvedVariables;
import io.slipway.engine.variable.VariableRequest;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.ResolvedLinks;
import io.slipway.model.link.SharedLink;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.CatalogJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that a deploy is planned from. Calls may block. */
public interface PlanSources {

    Catalog catalog();

    /** The current configs. */
    Configs configs();

    /** These versions of configs, even if they were deleted since. */
    Configs configs(ConfigIds ids);

    /**
     * Values of all references; what is defined and not there yet is generated.
     *
     * @throws io.slipway.model.InvalidInput naming a reference that is neither defined nor stored
     */
    ResolvedVariables variables(VariableRequest request);

    /** Puts the versions of variables that a deployment uses in the place of those that it used. */
    void recordVariables(String deployment, Map<String, Long> ids);

    /** Deletes the variables that a deployment alone has, its links, and what was said of its names. */
    void forgetVariables(String deployment);

    /** Links that a deployment shares; empty where there is no such deployment. */
    Optional<List<SharedLink>> sharedLinks(String deployment);

    /** Links that a deployment took from others when it was deployed last. */
    List<SharedLink> takenLinks(String deployment);

    /** Names of deployments that took a link from a deployment. */
    List<String> takersOfLinks(String deployment);

    /** Puts a deployment's links in the place of those that it had; done twice, it does no harm. */
    void recordLinks(String deployment, ResolvedLinks links);

    /**
     * The templates of a job, to be rendered for the instances of a group.
     *
     * @param properties as declared by the job, defaults applied
     * @param links by name
     */
    JobTemplates templates(
            String releaseName, CatalogJob job, Map<String, Object> properties, Map<String, Object> links);

    /** Numbers for all that the topology names, and names out of them. */
    DnsNames names(DnsTopology topology);

    /** From now on the deployment's groups provide what the topology says. */
    void describe(DnsTopology topology);

    /** The state of things when an errand last went well, or empty. */
    String lastErrand(String deployment, String errand);

    void recordErrand(String deployment, String errand, String state);

    /** A problem that a scan found is no more. */
    void problemSolved(long problem);

    /** Stores a blob and returns its SHA-256. */
    String store(byte[] content);

    /** Where a stored blob's file is. */
    Path blob(String sha256);

    /** Configs that apply to a deployment. */
    interface Configs {
        ConfigIds ids();

        List<Map<String, Object>> cloudTrees();

        /** All cloud configs merged, or one with nothing in it where there is none. */
        CloudConfig cloud();

        List<Map<String, Object>> runtime();
    }
}
