package io.slipway.server;

import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.catalog.StemcellCatalog;
import io.slipway.engine.cleanup.ArtifactUse;
import io.slipway.kubernetes.ClusterDefaults;
import io.slipway.model.manifest.StemcellRef;
import java.util.List;
import java.util.Optional;

/** What the next cluster would be made of: without it nobody could have one. */
final class UseByPlans implements ArtifactUse {
    private static final String BY = "plans of clusters";

    private final ClusterDefaults plans;
    private final ReleaseCatalog releases;
    private final StemcellCatalog stemcells;

    UseByPlans(ClusterDefaults plans, ReleaseCatalog releases, StemcellCatalog stemcells) {
        this.plans = plans;
        this.releases = releases;
        this.stemcells = stemcells;
    }

    @Override
    public List<Use> releases() {
        return releases.find("kubernetes", plans.releaseVersion()).stream()
                .map(release -> new Use(release.name(), release.version(), BY))
                .toList();
    }

    @Override
    public List<Use> stemcells() {
        var wanted = new StemcellRef("", Optional.empty(), Optional.of(plans.stemcellOs()), plans.stemcellVersion());
        return stemcells.resolve(wanted).stream()
                .map(stemcell -> new Use(stemcell.name(), stemcell.version(), BY))
                .toList();
    }
}
