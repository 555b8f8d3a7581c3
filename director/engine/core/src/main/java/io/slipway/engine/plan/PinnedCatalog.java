package io.slipway.engine.plan;

import io.slipway.engine.plan.PinnedInputs.PinnedRelease;
import io.slipway.engine.plan.PinnedInputs.PinnedStemcell;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import java.util.List;
import java.util.Optional;

/** What was uploaded, as it was pinned: {@code latest} is what it was then, whatever was uploaded since. */
public final class PinnedCatalog implements Catalog {
    private final Catalog all;
    private final List<PinnedRelease> releases;
    private final List<PinnedStemcell> stemcells;

    public PinnedCatalog(Catalog all, PinnedInputs pinned) {
        this.all = all;
        this.releases = pinned.releases();
        this.stemcells = pinned.stemcells();
    }

    @Override
    public Optional<ReleaseVersion> release(String name, String version) {
        return releases.stream()
                .filter(one -> one.name().equals(name)
                        && (one.asked().isEmpty()
                                || one.asked().equals(version)
                                || one.version().equals(version)))
                .findFirst()
                .map(one -> all.release(name, one.version()))
                .orElseGet(() -> all.release(name, version));
    }

    @Override
    public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
        return pinned(wanted)
                .map(one -> all.stemcell(new StemcellRef("", Optional.of(one.name()), Optional.empty(), one.version())))
                .orElseGet(() -> all.stemcell(wanted));
    }

    /** Where the alias was not journaled: by name, else by operating system, which is part of a stemcell's name. */
    private Optional<PinnedStemcell> pinned(StemcellRef wanted) {
        var byAlias = stemcells.stream()
                .filter(one -> one.alias().equals(wanted.alias()))
                .findFirst();
        if (byAlias.isPresent() && !wanted.alias().isEmpty()) {
            return byAlias;
        }
        var former = stemcells.stream().filter(one -> one.alias().isEmpty()).toList();
        if (former.size() == 1 && wanted.name().isEmpty()) {
            return Optional.of(former.getFirst());
        }
        return former.stream()
                .filter(one -> wanted.name()
                        .map(one.name()::equals)
                        .orElseGet(() -> wanted.os().map(one.name()::contains).orElse(false)))
                .findFirst();
    }
}
