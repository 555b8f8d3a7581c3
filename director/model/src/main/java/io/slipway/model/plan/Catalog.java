package io.slipway.model.plan;

import io.slipway.model.manifest.StemcellRef;
import java.util.Optional;

/** What was uploaded. */
public interface Catalog {
    /** By version, or the newest for {@code latest}. */
    Optional<ReleaseVersion> release(String name, String version);

    Optional<StemcellVersion> stemcell(StemcellRef wanted);
}
