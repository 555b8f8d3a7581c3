package io.slipway.model.addon;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.RubyText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts addons into a manifest, as if its author had written their jobs. It works on trees whose references are not filled
 * in yet, so that only the variables of addons that apply are needed.
 */
public final class Addons {
    private static final String RELEASES = "releases";
    private static final String GROUPS = "instance_groups";
    private static final String JOBS = "jobs";
    private static final String ADDONS = "addons";

    private final Map<String, Object> manifest;
    private final String deployment;
    private final Problems problems = new Problems();

    private Addons(Map<String, Object> manifest) {
        this.manifest = new LinkedHashMap<>(manifest);
        this.deployment = String.valueOf(manifest.get("name"));
        this.manifest.remove(ADDONS);
        this.manifest.computeIfPresent(GROUPS, (key, groups) -> copied(groups));
    }

    /** Throws {@link io.slipway.model.InvalidInput} naming what is wrong with an addon, and in which config it is. */
    public static Map<String, Object> applied(Map<String, Object> manifest, List<Map<String, Object>> runtimeConfigs) {
        var addons = new Addons(manifest);
        var own = new Fields(manifest, "", addons.problems);
        own.objects(ADDONS).forEach(addon -> addons.place(addon, own, false));
        for (var config : runtimeConfigs) {
            var fields = new Fields(config, "runtime config", addons.problems);
            addons.requireListedOnce(fields);
            fields.objects(ADDONS).forEach(addon -> addons.place(addon, fields, true));
            addons.join("variables", config.get("variables"));
            addons.addTags(config.get("tags"));
        }
        addons.problems.throwIfAny();
        return addons.manifest;
    }

    /**
     * What of a runtime config concerns a deployment: addons that apply to any of its instance groups, and their releases.
     * Everything else of it stays.
     */
    public static Map<String, Object> relevant(Map<String, Object> manifest, Map<String, Object> runtimeConfig) {
        var addons = new Addons(manifest);
        var fields = new Fields(runtimeConfig, "runtime config", addons.problems);
        var applicable =
                fields.objects(ADDONS).stream().filter(addons::isApplicable).toList();
        var releases = new HashSet<String>();
        applicable.forEach(addon -> addon.objects(JOBS).forEach(job -> releases.add(job.string("release", ""))));
        var relevant = new LinkedHashMap<>(runtimeConfig);
        if (runtimeConfig.containsKey(RELEASES)) {
            relevant.put(
                    RELEASES,
                    fields.objects(RELEASES).stream()
                            .filter(release -> releases.contains(release.string("name", "")))
                            .map(Fields::raw)
                            .toList());
        }
        relevant.remove(ADDONS);
        if (!applicable.isEmpty()) {
            relevant.put(ADDONS, applicable.stream().map(Fields::raw).toList());
        }
        return relevant;
    }

    private boolean isApplicable(Fields addon) {
        var included = AddonFilter.parse(addon, "include", true);
        var excluded = AddonFilter.parse(addon, "exclude", true);
        return groups().stream().anyMatch(group -> {
            var target = new AddonTarget(deployment, group, osOf(group));
            return included.fits(target) && (excluded.isEmpty() || !excluded.fits(target));
        });
    }

    private void place(Fields addon, Fields config, boolean isRuntime) {
        var included = AddonFilter.parse(addon, "include", isRuntime);
        var excluded = AddonFilter.parse(addon, "exclude", isRuntime);
        for (Map<String, Object> group : groups()) {
            var target = new AddonTarget(deployment, group, osOf(group));
            if (included.isEmpty() || included.fits(target)) {
                boolean isExcluded = !excluded.isEmpty() && excluded.fits(target);
                if (!isExcluded) {
                    addJobs(addon, group, config, isRuntime);
                }
            }
        }
    }

    private void addJobs(Fields addon, Map<String, Object> group, Fields config, boolean isRuntime) {
        var jobs = new ArrayList<Object>(list(group.get(JOBS)));
        for (Fields job : addon.objects(JOBS)) {
            String name = job.string("name");
            boolean isThere =
                    jobs.stream().anyMatch(one -> one instanceof Map<?, ?> map && name.equals(map.get("name")));
            if (isThere) {
                problems.add(
                        ErrorCodes.GROUP_INVALID_JOBS,
                        job.path("name"),
                        "Colocated job '" + name + "' is already added to the instance group '" + group.get("name")
                                + "'");
                continue;
            }
            var copy = new LinkedHashMap<>(job.raw());
            if (!job.has("properties")) {
                // Never those of the group, which are not for what is put on it.
                copy.put("properties", addon.map("properties"));
            }
            jobs.add(copy);
            if (isRuntime) {
                addRelease(job.string("release"), config, job);
            }
        }
        group.put(JOBS, jobs);
    }

    /** Of a runtime config's releases only those that are needed become the deployment's. */
    private void addRelease(String name, Fields config, Fields job) {
        var wanted = config.objects(RELEASES).stream()
                .filter(release -> release.string("name").equals(name))
                .findFirst();
        if (wanted.isEmpty()) {
            problems.add(
                    ErrorCodes.ADDON_RELEASE_NOT_LISTED,
                    job.path("release"),
                    "Manifest specifies job '" + job.string("name") + "' which is defined in '" + name + "', but '"
                            + name + "' is not listed in the runtime releases section");
            return;
        }
        String version = wanted.get().string("version");
        if (version.equals("latest") || version.endsWith(".latest")) {
            problems.add(
                    ErrorCodes.RUNTIME_RELEASE_VERSION,
                    wanted.get().path("version"),
                    "Runtime config contains the release '" + name + "' with version as '" + version
                            + "'. Please specify the actual version string.");
            return;
        }
        var releases = new ArrayList<Object>(list(manifest.get(RELEASES)));
        for (Object release : releases) {
            if (release instanceof Map<?, ?> map && name.equals(map.get("name"))) {
                if (!version.equals(RubyText.of(map.get("version")))) {
                    problems.add(
                            ErrorCodes.RUNTIME_OTHER_RELEASE,
                            wanted.get().path("version"),
                            "Runtime manifest specifies release '" + name + "' with version as '" + version
                                    + "'. This conflicts with version '" + map.get("version")
                                    + "' specified in the deployment manifest.");
                }
                return;
            }
        }
        releases.add(Map.of("name", name, "version", version));
        manifest.put(RELEASES, releases);
    }

    private void requireListedOnce(Fields config) {
        var names = new HashSet<String>();
        for (Fields release : config.objects(RELEASES)) {
            if (!names.add(release.string("name"))) {
                problems.add(
                        ErrorCodes.DUPLICATE_RELEASE,
                        release.path("name"),
                        "release '" + release.string("name") + "' is listed twice: list one version of it");
            }
        }
    }

    private void join(String key, @Nullable Object more) {
        if (more instanceof List<?> elements && !elements.isEmpty()) {
            var joined = new ArrayList<Object>(list(manifest.get(key)));
            elements.stream().filter(one -> !joined.contains(one)).forEach(joined::add);
            manifest.put(key, joined);
        }
    }

    /** The deployment's own tags win. */
    private void addTags(@Nullable Object tags) {
        if (tags instanceof Map<?, ?> added) {
            var all = new LinkedHashMap<Object, Object>(added);
            if (manifest.get("tags") instanceof Map<?, ?> own) {
                all.putAll(own);
            }
            manifest.put("tags", all);
        }
    }

    private String osOf(Map<String, Object> group) {
        for (Object stemcell : list(manifest.get("stemcells"))) {
            if (stemcell instanceof Map<?, ?> map
                    && String.valueOf(group.get("stemcell")).equals(map.get("alias"))) {
                return String.valueOf(map.get("os"));
            }
        }
        return "";
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> groups() {
        var groups = new ArrayList<Map<String, Object>>();
        for (Object group : list(manifest.get(GROUPS))) {
            if (group instanceof LinkedHashMap<?, ?> map) {
                groups.add((Map<String, Object>) map);
            }
        }
        return groups;
    }

    private static @Nullable Object copied(@Nullable Object groups) {
        if (!(groups instanceof List<?> elements)) {
            return groups;
        }
        var copies = new ArrayList<Object>();
        for (Object group : elements) {
            if (group instanceof Map<?, ?> map) {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> copy.put(String.valueOf(key), value));
                copies.add(copy);
            } else {
                copies.add(group);
            }
        }
        return copies;
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> elements ? elements : List.of();
    }
}
