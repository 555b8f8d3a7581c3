package io.slipway.model.link;

import java.util.List;
import java.util.Optional;

/** What other deployments share. */
@FunctionalInterface
public interface OtherDeployments {
    OtherDeployments NONE = deployment -> Optional.empty();

    /** The links that a deployment shares; empty where there is no such deployment. */
    Optional<List<SharedLink>> linksOf(String deployment);
}
