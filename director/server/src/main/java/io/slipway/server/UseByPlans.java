package io.slipway.server;

import io.slipway.engine.artifact.ArtifactUse;
import io.slipway.kubernetes.ClusterDefaults;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the next cluster would be made of: without it nobody could have one. */
final class UseByPlans implements ArtifactUse {
    private static final String BY = "plans of clusters";

    private final Supplier<ClusterDefaults> plans;
    private final Catalog catalog;

    UseByPlans(Supplier<ClusterDefaults> plans, Catalog catalog) {
        this.plans = plans;
        this.catalog = catalog;
    }

    @Override
    public List<Use> releases() {
        return catalog.release("kubernetes", plans.get().releaseVersion()).stream()
                .map(release -> new Use(release.name(), release.version(), BY))
                .toList();
    }

    @Override
    public List<Use> stemcells() {
        var present = plans.get();
        var wanted =
                new StemcellRef("", Optional.empty(), Optional.of(present.stemcellOs()), present.stemcellVersion());
        return catalog.stemcell(wanted).stream()
                .map(stemcell -> new Use(stemcell.name(), stemcell.version(), BY))
                .toList();
    }
}
