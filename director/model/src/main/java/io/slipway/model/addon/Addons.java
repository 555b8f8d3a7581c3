package io.slipway.model.addon;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.variable.OpenPlaces;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.RubyText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
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
    private static final String RUNTIME = "runtime config";
    private static final Pattern FLOATING = Pattern.compile("(.*[._])?latest");

    private final Map<String, Object> manifest;
    private final String deployment;
    private final Function<String, String> osOfAlias;
    private final Problems problems = new Problems();
    private final List<Fields> runtimeReleases = new ArrayList<>();

    private Addons(Map<String, Object> manifest, Function<String, String> osOfAlias) {
        this.osOfAlias = osOfAlias;
        this.manifest = new LinkedHashMap<>(manifest);
        this.deployment = String.valueOf(manifest.get("name"));
        this.manifest.remove(ADDONS);
        this.manifest.computeIfPresent(GROUPS, (key, groups) -> copied(groups));
    }

    /**
     * Throws {@link io.slipway.model.InvalidInput} naming what is wrong with an addon, and in which config it is.
     *
     * @param osOfAlias the operating system of a stemcell that the manifest may name by its name; empty where it is not there
     */
    public static Map<String, Object> applied(
            Map<String, Object> manifest,
            List<Map<String, Object>> runtimeConfigs,
            Function<String, String> osOfAlias) {
        var addons = new Addons(manifest, osOfAlias);
        var own = new Fields(manifest, "", addons.problems);
        own.objects(ADDONS).forEach(addon -> addons.place(addon, false));
        var configs = addons.read(runtimeConfigs);
        configs.forEach(addons::addReleases);
        boolean hasTags = false;
        for (Fields config : configs) {
            config.objects(ADDONS).forEach(addon -> addons.place(addon, true));
            addons.join("variables", config.value("variables"));
            addons.addTags(config, hasTags);
            hasTags |= config.has("tags");
        }
        addons.problems.throwIfAny();
        return addons.manifest;
    }

    /**
     * Checks a runtime config by itself: the releases of its addons may be in other ones, and what hangs on a reference to
     * a variable is not known before a deploy.
     *
     * @return what is in it and has no effect
     * @throws io.slipway.model.InvalidInput with everything that is wrong with it
     */
    public static List<String> check(Map<String, Object> runtimeConfig) {
        var problems = new Problems(OpenPlaces.of(runtimeConfig)::isOpen);
        var config = new Fields(runtimeConfig, "", problems);
        requireListedOnce(config);
        RuntimeCheck.check(config);
        problems.throwIfAny();
        return RuntimeCheck.warnings(config);
    }

    /** What is in a manifest's addons and in runtime configs, and has no effect. */
    public static List<String> warnings(Map<String, Object> manifest, List<Map<String, Object>> runtimeConfigs) {
        var ignored = new Problems();
        var warnings = new ArrayList<>(RuntimeCheck.ofAddons(new Fields(manifest, "", ignored), false));
        for (Map<String, Object> config : runtimeConfigs) {
            warnings.addAll(RuntimeCheck.warnings(new Fields(config, RUNTIME, ignored)));
        }
        return warnings;
    }

    /**
     * What of runtime configs concerns a deployment: addons that apply to any of its instance groups, and their releases.
     * Everything else of them stays.
     */
    public static List<Map<String, Object>> relevant(
            Map<String, Object> manifest,
            List<Map<String, Object>> runtimeConfigs,
            Function<String, String> osOfAlias) {
        var addons = new Addons(manifest, osOfAlias);
        var configs = addons.read(runtimeConfigs);
        var releases = new HashSet<String>();
        for (Fields config : configs) {
            addons.applicable(config)
                    .forEach(addon -> addon.objects(JOBS).forEach(job -> releases.add(job.string("release", ""))));
        }
        return configs.stream()
                .map(config -> relevant(config, addons.applicable(config), releases))
                .toList();
    }

    private static Map<String, Object> relevant(Fields config, List<Fields> applicable, Set<String> releases) {
        var relevant = new LinkedHashMap<>(config.raw());
        if (relevant.containsKey(RELEASES)) {
            relevant.put(
                    RELEASES,
                    config.objects(RELEASES).stream()
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

    private List<Fields> read(List<Map<String, Object>> runtimeConfigs) {
        return runtimeConfigs.stream()
                .map(config -> new Fields(config, RUNTIME, problems))
                .toList();
    }

    private void addReleases(Fields config) {
        requireListedOnce(config);
        for (Fields release : config.objects(RELEASES)) {
            exactVersion(release);
            runtimeReleases.add(release);
        }
    }

    private List<Fields> applicable(Fields config) {
        return config.objects(ADDONS).stream().filter(this::isApplicable).toList();
    }

    private boolean isApplicable(Fields addon) {
        var included = AddonFilter.parse(addon, "include", true);
        var excluded = AddonFilter.parse(addon, "exclude", true);
        return groups().stream().anyMatch(group -> {
            var target = new AddonTarget(deployment, group, osOf(group));
            return included.fits(target) && (excluded.isEmpty() || !excluded.fits(target));
        });
    }

    private void place(Fields addon, boolean isRuntime) {
        if (isRuntime) {
            addon.objects(JOBS).forEach(this::requireListed);
        }
        var included = AddonFilter.parse(addon, "include", isRuntime);
        var excluded = AddonFilter.parse(addon, "exclude", isRuntime);
        for (Map<String, Object> group : groups()) {
            var target = new AddonTarget(deployment, group, osOf(group));
            if (included.isEmpty() || included.fits(target)) {
                boolean isExcluded = !excluded.isEmpty() && excluded.fits(target);
                if (!isExcluded) {
                    addJobs(addon, group, isRuntime);
                }
            }
        }
    }

    private void addJobs(Fields addon, Map<String, Object> group, boolean isRuntime) {
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
                releasesOf(job).forEach(this::addRelease);
            }
        }
        group.put(JOBS, jobs);
    }

    /** As runtime configs list them: any may list what another one's addons use. */
    private List<Fields> releasesOf(Fields job) {
        String name = job.string("release", "");
        return runtimeReleases.stream()
                .filter(release -> release.string("name", "").equals(name))
                .toList();
    }

    private void requireListed(Fields job) {
        String release = job.string("release");
        if (!release.isEmpty() && releasesOf(job).isEmpty()) {
            problems.add(
                    ErrorCodes.ADDON_RELEASE_NOT_LISTED,
                    job.path("release"),
                    "Manifest specifies job '" + job.string("name", "") + "' which is defined in '" + release
                            + "', but '" + release + "' is not listed in the runtime releases section.");
        }
    }

    /** Of the runtime configs' releases only those that are needed become the deployment's. */
    private void addRelease(Fields wanted) {
        String name = wanted.string("name");
        String version = wanted.string("version");
        var releases = new ArrayList<Object>(list(manifest.get(RELEASES)));
        for (Object release : releases) {
            if (release instanceof Map<?, ?> map && name.equals(map.get("name"))) {
                if (!version.equals(RubyText.of(map.get("version")))) {
                    problems.add(
                            ErrorCodes.RUNTIME_OTHER_RELEASE,
                            wanted.path("version"),
                            "Runtime manifest specifies release '" + name + "' with version as '" + version
                                    + "'. This conflicts with version '" + map.get("version")
                                    + "' specified in the deployment manifest.");
                }
                return;
            }
        }
        var whole = new LinkedHashMap<>(wanted.raw());
        whole.put("version", version);
        releases.add(whole);
        manifest.put(RELEASES, releases);
    }

    private static void requireListedOnce(Fields config) {
        var names = new HashSet<String>();
        for (Fields release : config.objects(RELEASES)) {
            if (!names.add(release.string("name"))) {
                config.problems()
                        .add(
                                ErrorCodes.DUPLICATE_RELEASE,
                                release.path("name"),
                                "release '" + release.string("name") + "' is listed twice: list one version of it");
            }
        }
    }

    /** The version of a runtime config's release, which may not float. */
    static void exactVersion(Fields release) {
        String version = release.string("version");
        if (FLOATING.matcher(version).matches()) {
            release.problem(
                    ErrorCodes.RUNTIME_RELEASE_VERSION,
                    "version",
                    "Runtime manifest contains the release '" + release.string("name", "") + "' with version as '"
                            + version + "'. Please specify the actual version string.");
        }
    }

    private void join(String key, @Nullable Object more) {
        if (more instanceof List<?> elements && !elements.isEmpty()) {
            var joined = new ArrayList<Object>(list(manifest.get(key)));
            elements.stream().filter(one -> !joined.contains(one)).forEach(joined::add);
            manifest.put(key, joined);
        }
    }

    /** The deployment's own tags win; of runtime configs only one may have some. */
    private void addTags(Fields config, boolean hasTags) {
        if (config.has("tags") && hasTags) {
            problems.add(
                    ErrorCodes.RUNTIME_CONFIG_MERGE,
                    config.path("tags"),
                    "Runtime config 'tags' key cannot be defined in multiple runtime configs.");
        } else if (config.value("tags") instanceof Map<?, ?> added) {
            var all = new LinkedHashMap<Object, Object>(added);
            if (manifest.get("tags") instanceof Map<?, ?> own) {
                all.putAll(own);
            }
            manifest.put("tags", all);
        }
    }

    private String osOf(Map<String, Object> group) {
        String alias = String.valueOf(group.get("stemcell"));
        for (Object stemcell : list(manifest.get("stemcells"))) {
            if (stemcell instanceof Map<?, ?> map && alias.equals(map.get("alias"))) {
                return map.get("os") == null ? osOfAlias.apply(alias) : String.valueOf(map.get("os"));
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
