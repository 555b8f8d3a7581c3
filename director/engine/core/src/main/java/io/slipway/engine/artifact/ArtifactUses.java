package io.slipway.engine.artifact;

import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.artifact.ArtifactUse.Use;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** All who need releases and stemcells. Calls block. */
public final class ArtifactUses {
    private final UseByDeployments deployments;
    private final List<ArtifactUse> all;

    /** @param others besides deployments */
    public ArtifactUses(UseByDeployments deployments, ArtifactUse... others) {
        this.deployments = deployments;
        this.all = Stream.concat(Stream.of(deployments), Stream.of(others)).toList();
    }

    /** Who needs which versions of releases. */
    public Map<NameVersion, Set<String>> releases() {
        return users(all, ArtifactUse::releases);
    }

    /** Who needs which versions of stemcells. */
    public Map<NameVersion, Set<String>> stemcells() {
        return users(all, ArtifactUse::stemcells);
    }

    /** Which deployments alone need which versions of releases. */
    public Map<NameVersion, Set<String>> deployedReleases() {
        return users(List.of(deployments), ArtifactUse::releases);
    }

    /** Which deployments alone need which versions of stemcells. */
    public Map<NameVersion, Set<String>> deployedStemcells() {
        return users(List.of(deployments), ArtifactUse::stemcells);
    }

    private static Map<NameVersion, Set<String>> users(List<ArtifactUse> all, Function<ArtifactUse, List<Use>> kind) {
        var users = new LinkedHashMap<NameVersion, Set<String>>();
        for (ArtifactUse one : all) {
            kind.apply(one).forEach(use -> users.computeIfAbsent(
                            new NameVersion(use.name(), use.version()), unused -> new LinkedHashSet<>())
                    .add(use.by()));
        }
        return users;
    }
}
