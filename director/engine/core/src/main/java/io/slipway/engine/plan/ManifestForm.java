package io.slipway.engine.plan;

import io.slipway.model.addon.Addons;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.yaml.RubyText;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one form in which everybody sees what a deployment has: its manifest with the addons that apply to it. Trees are not
 * changed; what is returned shares nothing that is.
 */
public final class ManifestForm {
    private static final String LATEST = "latest";

    private ManifestForm() {}

    /** With the addons of the manifest and of runtime configs placed, as a deploy places them. */
    public static Map<String, Object> withAddons(
            Map<String, Object> manifest, List<Map<String, Object>> runtimeConfigs, Catalog catalog) {
        return Addons.applied(manifest, runtimeConfigs, operatingSystems(manifest, catalog));
    }

    /** What of runtime configs concerns a deployment. */
    public static List<Map<String, Object>> relevant(
            Map<String, Object> manifest, List<Map<String, Object>> runtimeConfigs, Catalog catalog) {
        return Addons.relevant(manifest, runtimeConfigs, operatingSystems(manifest, catalog));
    }

    private static Function<String, String> operatingSystems(Map<String, Object> manifest, Catalog catalog) {
        var stemcells = maps(manifest.get("stemcells")).stream()
                .map(StemcellRef::lenient)
                .toList();
        return alias -> stemcells.stream()
                .filter(one -> one.alias().equals(alias))
                .findFirst()
                .flatMap(catalog::stemcell)
                .map(StemcellVersion::os)
                .orElse("");
    }

    /** With the versions that {@code latest} stands for, and the operating system of each stemcell. */
    public static Map<String, Object> resolved(Map<String, Object> manifest, Catalog catalog) {
        var resolved = new LinkedHashMap<>(manifest);
        resolved.computeIfPresent(
                "releases",
                (key, releases) -> each(releases, release -> {
                    String version = RubyText.of(release.get("version"));
                    if (isFloating(version)) {
                        catalog.release(String.valueOf(release.get("name")), version)
                                .map(ReleaseVersion::version)
                                .ifPresent(known -> release.put("version", known));
                    } else if (release.containsKey("version")) {
                        release.put("version", version);
                    }
                }));
        resolved.computeIfPresent(
                "stemcells",
                (key, stemcells) -> each(stemcells, stemcell -> {
                    String version = RubyText.of(stemcell.get("version"));
                    Optional<StemcellVersion> found = catalog.stemcell(StemcellRef.lenient(stemcell));
                    stemcell.put(
                            "version",
                            isFloating(version)
                                    ? found.map(StemcellVersion::version).orElse(version)
                                    : version);
                    if (!stemcell.containsKey("os")) {
                        found.ifPresent(known -> stemcell.put("os", known.os()));
                    }
                }));
        return resolved;
    }

    private static boolean isFloating(String version) {
        return version.equals(LATEST) || version.endsWith("." + LATEST);
    }

    /** Elements of a list that are maps. */
    public static List<Map<String, Object>> maps(@Nullable Object list) {
        var maps = new ArrayList<Map<String, Object>>();
        if (list instanceof List<?> elements) {
            for (Object element : elements) {
                if (element instanceof Map<?, ?> map) {
                    maps.add(Trees.asMap(map));
                }
            }
        }
        return maps;
    }

    private static @Nullable Object each(Object list, Consumer<Map<String, Object>> change) {
        if (!(list instanceof List<?> elements)) {
            return list;
        }
        var changed = new ArrayList<Object>();
        for (Object element : elements) {
            if (element instanceof Map<?, ?> map) {
                var copy = new LinkedHashMap<>(Trees.asMap(map));
                change.accept(copy);
                changed.add(copy);
            } else {
                changed.add(element);
            }
        }
        return changed;
    }
}
