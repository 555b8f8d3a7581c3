package io.slipway.engine.plan;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.NameVersion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Which version of everything a plan is made from. Read once, journaled before anything is done, and never resolved again:
 * a run that begins anew after a crash, and whatever is done to what is deployed later on, plans from the same.
 *
 * @param releases what the versions of the manifest and of its addons stood for
 * @param stemcells likewise
 * @param variables ids of versions, by absolute name
 * @param vmProperties cloud properties that CPIs made of sizes, by instance group and CPI
 */
public record PinnedInputs(
        ConfigIds configs,
        List<PinnedRelease> releases,
        List<PinnedStemcell> stemcells,
        Map<String, Long> variables,
        Map<String, Map<String, Object>> vmProperties) {
    public static final PinnedInputs NONE = new PinnedInputs(ConfigIds.NONE, List.of(), List.of(), Map.of(), Map.of());

    public PinnedInputs {
        releases = List.copyOf(releases);
        stemcells = List.copyOf(stemcells);
        variables = Map.copyOf(variables);
        vmProperties = vmProperties == null ? Map.of() : Map.copyOf(vmProperties);
    }

    /**
     * A release.
     *
     * @param asked such as {@code latest}; empty where an earlier version of the director did not journal it
     */
    public record PinnedRelease(String name, String asked, String version) {}

    /**
     * A stemcell.
     *
     * @param alias in the manifest; empty where an earlier version of the director did not journal it
     */
    public record PinnedStemcell(String alias, String name, String version) {}

    /** As lists show them. */
    public List<NameVersion> releaseVersions() {
        return List.copyOf(new LinkedHashSet<>(releases.stream()
                .map(one -> new NameVersion(one.name(), one.version()))
                .toList()));
    }

    /** As lists show them. */
    public List<NameVersion> stemcellVersions() {
        return List.copyOf(new LinkedHashSet<>(stemcells.stream()
                .map(one -> new NameVersion(one.name(), one.version()))
                .toList()));
    }

    /** The same, with these versions of variables. */
    public PinnedInputs with(Map<String, Long> otherVariables) {
        return new PinnedInputs(configs, releases, stemcells, otherVariables, vmProperties);
    }
}
