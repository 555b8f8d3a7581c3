package io.slipway.server;

import io.slipway.engine.artifact.ArtifactUse;
import io.slipway.kubernetes.ClusterDefaults;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import java.util.List;
import java.util.Optional;

/** What the next cluster would be made of: without it nobody could have one. */
final class UseByPlans implements ArtifactUse {
    private static final String BY = "plans of clusters";

    private final ClusterDefaults plans;
    private final Catalog catalog;

    UseByPlans(ClusterDefaults plans, Catalog catalog) {
        this.plans = plans;
        this.catalog = catalog;
    }

    @Override
    public List<Use> releases() {
        return catalog.release("kubernetes", plans.releaseVersion()).stream()
                .map(release -> new Use(release.name(), release.version(), BY))
                .toList();
    }

    @Override
    public List<Use> stemcells() {
        var wanted = new StemcellRef("", Optional.empty(), Optional.of(plans.stemcellOs()), plans.stemcellVersion());
        return catalog.stemcell(wanted).stream()
                .map(stemcell -> new Use(stemcell.name(), stemcell.version(), BY))
                .toList();
    }
}
