package io.slipway.engine.preparation;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.PinnedInputs;
import org.jspecify.annotations.Nullable;

/** Where a run takes what it plans from. */
sealed interface Origin {
    /** BOSH manifest v2, as it was given. */
    String manifest();

    /**
     * A manifest that is deployed now: what floats in it is resolved, and what is defined and not there is generated.
     *
     * @param configs the versions of configs to take; null for the current ones
     * @param forceLatestVariables whether also variables that wait for other stemcells take their newest version
     * @param before what was deployed before; null for nothing
     * @param isPreview nothing is generated or numbered for good
     */
    record Fresh(
            String manifest,
            @Nullable ConfigIds configs,
            boolean forceLatestVariables,
            @Nullable Accepted before,
            boolean isPreview)
            implements Origin {}

    /** A deploy that begins again: from what it pinned when it began. */
    record Pinned(String manifest, PinnedInputs inputs) implements Origin {}

    /** What is deployed, as it was deployed: nothing floats. */
    record AsDeployed(Accepted accepted) implements Origin {
        @Override
        public String manifest() {
            return accepted.manifest();
        }
    }
}
