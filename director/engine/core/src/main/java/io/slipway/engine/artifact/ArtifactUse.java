package io.slipway.engine.artifact;

import java.util.List;

/**
 * Somebody who needs releases and stemcells: deployments, configs, plans. What anybody needs is not cleaned up, and not
 * deleted by name, unless by force. It is asked again right before each deletion, and answers with what is so then; calls
 * block.
 *
 * <p>A run that has chosen its releases and stemcells is meant to be one of them from that moment until the deployment's
 * row tells of them, or, where the run failed with instances made of them, until a later run went well.
 */
public interface ArtifactUse {

    List<Use> releases();

    List<Use> stemcells();

    /**
     * One version of a release or stemcell that is needed.
     *
     * @param version as it is stored, not {@code latest}
     * @param by who needs it, as people are told: a deployment's name, or, say, {@code runtime config 'default'}
     */
    record Use(String name, String version, String by) {}
}
