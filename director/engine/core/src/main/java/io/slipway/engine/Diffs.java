package io.slipway.engine;

import io.slipway.model.diff.DiffLine;
import java.util.List;

/** What a deploy would change in what a deployment is made from. Calls block. */
public interface Diffs {

    /**
     * Compares a manifest, and the current configs, with what was deployed last; the deployment need not exist.
     *
     * @throws io.slipway.model.InvalidInput where the manifest cannot be read
     */
    ManifestDiff manifest(String deployment, String manifestYaml, boolean isRedacted);

    /** The current versions of configs. */
    ConfigIds current();

    /** The difference, and the versions of configs that it holds for. */
    record ManifestDiff(ConfigIds configs, List<DiffLine> lines) {
        public ManifestDiff {
            lines = List.copyOf(lines);
        }
    }
}
