package io.slipway.model.addon;

import io.slipway.model.manifest.CommonSections;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Looks at the whole of a runtime config, or at a manifest's addons, whether they apply to anything or not. */
final class RuntimeCheck {
    private static final Set<String> KEYS = Set.of("releases", "addons", "variables", "tags");
    private static final Set<String> RELEASE_KEYS =
            Set.of("name", "version", "url", "sha1", "stemcell", "exported_from");
    private static final Set<String> EXPORTED_KEYS = Set.of("os", "version");
    private static final Set<String> ADDON_KEYS = Set.of("name", "jobs", "include", "exclude", "properties");
    private static final Set<String> JOB_KEYS =
            Set.of("name", "release", "properties", "consumes", "provides", "custom_provider_definitions");

    private RuntimeCheck() {}

    /** Puts what is wrong among the problems; what no other config is needed for. */
    static void check(Fields config) {
        for (Fields release : config.objects("releases")) {
            Name.IDENTIFIER.read(release, "name");
            Addons.exactVersion(release);
            release.objects("exported_from").forEach(one -> {
                one.string("os");
                one.string("version");
            });
        }
        for (Fields addon : config.objects("addons")) {
            Name.TEXT.read(addon, "name");
            addon.map("properties");
            for (Fields job : addon.objects("jobs")) {
                Name.FILE.read(job, "name");
                Name.IDENTIFIER.read(job, "release");
                List.of("properties", "consumes", "provides").forEach(job::map);
            }
            AddonFilter.parse(addon, "include", true);
            AddonFilter.parse(addon, "exclude", true);
        }
        CommonSections.check(config, new ArrayList<>());
    }

    /** What is in a runtime config and has no effect, or is better written otherwise. */
    static List<String> warnings(Fields config) {
        var warnings = new ArrayList<String>();
        config.warnUnknown(KEYS, warnings);
        for (Fields release : config.objects("releases")) {
            release.warnUnknown(RELEASE_KEYS, warnings);
            release.objects("exported_from").forEach(one -> one.warnUnknown(EXPORTED_KEYS, warnings));
        }
        warnings.addAll(ofAddons(config, true));
        return warnings;
    }

    static List<String> ofAddons(Fields config, boolean isRuntime) {
        var warnings = new ArrayList<String>();
        for (Fields addon : config.objects("addons")) {
            addon.warnUnknown(ADDON_KEYS, warnings);
            if (addon.has("properties")) {
                warnings.add("Top level 'properties' in addons are deprecated. Please define 'properties' at the job"
                        + " level. ('" + addon.path("properties") + "')");
            }
            addon.objects("jobs").forEach(job -> job.warnUnknown(JOB_KEYS, warnings));
            AddonFilter.warn(addon, "include", isRuntime, warnings);
            AddonFilter.warn(addon, "exclude", isRuntime, warnings);
        }
        return warnings;
    }
}
