package io.slipway.engine.plan;

import io.slipway.engine.plan.PinnedInputs.PinnedRelease;
import io.slipway.engine.plan.PinnedInputs.PinnedStemcell;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A catalog that remembers what it was asked for, and what that was. */
public final class CatalogPins implements Catalog {
    private final Catalog catalog;
    private final Map<String, PinnedRelease> releases = new LinkedHashMap<>();
    private final Map<String, PinnedStemcell> stemcells = new LinkedHashMap<>();

    public CatalogPins(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Optional<ReleaseVersion> release(String name, String version) {
        var found = catalog.release(name, version);
        found.ifPresent(one -> releases.put(name, new PinnedRelease(name, version, one.version())));
        return found;
    }

    @Override
    public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
        var found = catalog.stemcell(wanted);
        found.ifPresent(
                one -> stemcells.put(wanted.alias(), new PinnedStemcell(wanted.alias(), one.name(), one.version())));
        return found;
    }

    public List<PinnedRelease> releases() {
        return List.copyOf(releases.values());
    }

    public List<PinnedStemcell> stemcells() {
        return List.copyOf(stemcells.values());
    }
}
