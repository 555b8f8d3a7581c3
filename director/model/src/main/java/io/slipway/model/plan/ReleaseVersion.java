package io.slipway.model.plan;

import io.slipway.model.release.DependencyKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An uploaded release, with its jobs and packages by name.
 *
 * @param exportedFrom stemcells, as {@code os/version}, for which a manifest wants its packages compiled; empty where
 *     it does not say
 */
public record ReleaseVersion(
        String name,
        String version,
        String commitHash,
        boolean uncommittedChanges,
        Map<String, CatalogJob> jobs,
        Map<String, CatalogPackage> packages,
        List<String> exportedFrom) {

    /** Keys of what its packages are compiled with. */
    public DependencyKeys dependencyKeys() {
        var needs = new HashMap<String, DependencyKeys.Needs>();
        packages.values()
                .forEach(one -> needs.put(one.name(), new DependencyKeys.Needs(one.fingerprint(), one.dependencies())));
        return new DependencyKeys(needs);
    }

    /** As a manifest uses it. */
    public ReleaseVersion exportedFrom(List<String> stemcells) {
        return new ReleaseVersion(name, version, commitHash, uncommittedChanges, jobs, packages, stemcells);
    }
}
