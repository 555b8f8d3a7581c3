package io.slipway.engine.deployment;

import io.slipway.engine.Deployments.NameVersion;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was deployed last, as a manifest that stays the same where newer releases and stemcells were uploaded since. */
final class AcceptedManifest {
    private static final String LATEST = "latest";

    private AcceptedManifest() {}

    /** The manifest, with the versions that {@code latest} stood for; keys stay in their order, which templates may see. */
    static String pinned(DeploymentState.Accepted accepted) {
        if (!accepted.manifest().contains(LATEST)) {
            return accepted.manifest();
        }
        var manifest = new LinkedHashMap<>(Yaml.parseMap(accepted.manifest(), "manifest"));
        pin(manifest, "releases", release -> find(accepted.releases(), text(release, "name"), ""));
        pin(
                manifest,
                "stemcells",
                stemcell -> find(accepted.stemcells(), text(stemcell, "name"), text(stemcell, "os")));
        return Yaml.json(manifest);
    }

    /** Finds what an element of a list was. */
    @FunctionalInterface
    private interface Lookup {
        Optional<NameVersion> of(Map<?, ?> element);
    }

    private static void pin(Map<String, Object> manifest, String key, Lookup lookup) {
        if (!(manifest.get(key) instanceof List<?> elements)) {
            return;
        }
        var pinned = new ArrayList<Object>();
        for (Object element : elements) {
            if (element instanceof Map<?, ?> map && LATEST.equals(map.get("version"))) {
                var copy = new LinkedHashMap<Object, Object>(map);
                lookup.of(map).ifPresent(known -> copy.put("version", known.version()));
                pinned.add(copy);
            } else {
                pinned.add(element);
            }
        }
        manifest.put(key, pinned);
    }

    /** By name, else by operating system, which is part of a stemcell's name; one alone needs neither. */
    private static Optional<NameVersion> find(List<NameVersion> known, String name, String os) {
        if (name.isEmpty() && known.size() == 1) {
            return Optional.of(known.getFirst());
        }
        return known.stream()
                .filter(one -> name.isEmpty()
                        ? !os.isEmpty() && one.name().contains(os)
                        : one.name().equals(name))
                .findFirst();
    }

    private static String text(Map<?, ?> element, String key) {
        return element.get(key) instanceof String text ? text : "";
    }
}
