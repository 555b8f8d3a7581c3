package io.slipway.engine.deployment;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.Diffs;
import io.slipway.engine.deployment.DeploymentService.DeploymentRows;
import io.slipway.model.addon.Addons;
import io.slipway.model.diff.TreeDiff;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares manifests together with the configs that apply to them, {@code latest} versions resolved. */
public final class ManifestDiffs implements Diffs {
    private static final Set<String> JOINED = Set.of("releases", "variables", "addons");
    private static final String LATEST = "latest";

    private final DeploymentRows deployments;
    private final PlanSources sources;

    public ManifestDiffs(DeploymentRows deployments, PlanSources sources) {
        this.deployments = deployments;
        this.sources = sources;
    }

    @Override
    public ManifestDiff manifest(String deployment, String manifestYaml, boolean isRedacted) {
        var now = sources.configs().ids();
        var manifest = new LinkedHashMap<>(Yaml.parseMap(manifestYaml, "manifest"));
        var row = deployments.deployment(deployment).filter(found -> !found.manifestYaml()
                .isEmpty());
        row.ifPresent(found -> manifest.put("name", found.name()));
        Map<String, Object> after = merged(resolved(manifest, sources.catalog()), now);
        Map<String, Object> before =
                row.<Map<String, Object>>map(this::deployed).orElse(Map.of());
        return new ManifestDiff(now, TreeDiff.of(before, after, isRedacted));
    }

    @Override
    public ConfigIds current() {
        return sources.configs().ids();
    }

    private Map<String, Object> deployed(DeploymentRow row) {
        var manifest = Yaml.parseMap(row.manifestYaml(), "manifest");
        return merged(resolved(manifest, new Deployed(row, sources.catalog())), row.configs());
    }

    /** What {@code latest} was when the deployment was made. */
    private record Deployed(DeploymentRow row, Catalog catalog) implements Catalog {
        @Override
        public Optional<io.slipway.model.plan.ReleaseVersion> release(String name, String version) {
            return Optional.empty();
        }

        @Override
        public Optional<io.slipway.model.plan.StemcellVersion> stemcell(StemcellRef wanted) {
            return row.stemcells().stream()
                    .flatMap(
                            used -> catalog
                                    .stemcell(new StemcellRef(
                                            "", Optional.of(used.name()), Optional.empty(), used.version()))
                                    .stream())
                    .filter(used -> wanted.name().map(used.name()::equals).orElse(true)
                            && wanted.os().map(used.os()::equals).orElse(true))
                    .findFirst();
        }

        Optional<String> release(String name) {
            return row.releases().stream()
                    .filter(release -> release.name().equals(name))
                    .map(NameVersion::version)
                    .findFirst();
        }
    }

    private static Map<String, Object> resolved(Map<String, Object> manifest, Catalog catalog) {
        var resolved = new LinkedHashMap<>(manifest);
        resolved.computeIfPresent(
                "releases",
                (key, releases) -> each(releases, release -> {
                    String name = String.valueOf(release.get("name"));
                    String version = String.valueOf(release.get("version"));
                    if (isLatest(version)) {
                        var found = catalog instanceof Deployed deployed
                                ? deployed.release(name)
                                : catalog.release(name, version).map(known -> known.version());
                        found.ifPresent(known -> release.put("version", known));
                    } else if (release.containsKey("version")) {
                        release.put("version", version);
                    }
                }));
        resolved.computeIfPresent(
                "stemcells",
                (key, stemcells) -> each(stemcells, stemcell -> {
                    String version = String.valueOf(stemcell.get("version"));
                    var wanted = new StemcellRef(
                            String.valueOf(stemcell.get("alias")),
                            text(stemcell, "name"),
                            text(stemcell, "os"),
                            version);
                    var found = catalog.stemcell(wanted);
                    stemcell.put(
                            "version",
                            isLatest(version)
                                    ? found.map(known -> known.version()).orElse(version)
                                    : version);
                    if (!stemcell.containsKey("os")) {
                        found.ifPresent(known -> stemcell.put("os", known.os()));
                    }
                }));
        return resolved;
    }

    private static boolean isLatest(String version) {
        return version.equals(LATEST) || version.endsWith("." + LATEST);
    }

    private static Optional<String> text(Map<String, Object> tree, String key) {
        return Optional.ofNullable(tree.get(key)).map(String::valueOf);
    }

    /** Changes an element that is a map. */
    @FunctionalInterface
    private interface Change {
        void to(Map<String, Object> element);
    }

    private static @Nullable Object each(Object list, Change change) {
        if (!(list instanceof List<?> elements)) {
            return list;
        }
        var changed = new ArrayList<Object>();
        for (Object element : elements) {
            if (element instanceof Map<?, ?> map) {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> copy.put(String.valueOf(key), value));
                change.to(copy);
                changed.add(copy);
            } else {
                changed.add(element);
            }
        }
        return changed;
    }

    private Map<String, Object> merged(Map<String, Object> manifest, ConfigIds ids) {
        var all = new LinkedHashMap<>(manifest);
        all.putAll(joined(sources.configs(ids).cloudTrees()));
        joined(Addons.relevant(manifest, sources.configs(ids).runtime()))
                .forEach((key, value) -> all.merge(key, value, (old, fresh) -> both(key, old, fresh)));
        return all;
    }

    /** Several configs of a type as one: their lists follow each other. */
    private static Map<String, Object> joined(List<Map<String, Object>> trees) {
        var all = new LinkedHashMap<String, Object>();
        for (var tree : trees) {
            tree.forEach((key, value) -> all.merge(key, value, (old, fresh) -> {
                if (old instanceof List<?> first && fresh instanceof List<?> second) {
                    var both = new ArrayList<Object>(first);
                    both.addAll(second);
                    return both;
                }
                return fresh;
            }));
        }
        return all;
    }

    private static Object both(String key, Object old, Object fresh) {
        if (JOINED.contains(key) && old instanceof List<?> first && fresh instanceof List<?> second) {
            var both = new LinkedHashSet<Object>(first);
            both.addAll(second);
            return List.copyOf(both);
        }
        if (key.equals("tags") && old instanceof Map<?, ?> first && fresh instanceof Map<?, ?> second) {
            var both = new LinkedHashMap<Object, Object>(second);
            both.putAll(first);
            return both;
        }
        return fresh;
    }
}
