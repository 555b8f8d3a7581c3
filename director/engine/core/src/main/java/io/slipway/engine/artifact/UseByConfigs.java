package io.slipway.engine.artifact;

import io.slipway.model.Problems;
import io.slipway.model.version.BoshVersion;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import io.slipway.store.catalog.ReleaseCatalog;
import io.slipway.store.catalog.ReleaseCatalog.ReleaseHeader;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.config.ConfigStore.ConfigRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The releases that current runtime configs list, whether or not an addon of theirs applies to a deployment yet: the next
 * deploy may need them. A version that a variable is to fill in may be any. No other config names a release or a stemcell.
 */
public final class UseByConfigs implements ArtifactUse {
    private static final String REFERENCE = "((";

    private final ConfigStore configs;
    private final ReleaseCatalog releases;

    public UseByConfigs(ConfigStore configs, ReleaseCatalog releases) {
        this.configs = configs;
        this.releases = releases;
    }

    @Override
    public List<Use> releases() {
        var uses = new ArrayList<Use>();
        var present = releases.list();
        for (ConfigRow config : configs.current("runtime")) {
            var fields =
                    new Fields(Yaml.parseMap(config.content(), "runtime config"), "runtime config", new Problems());
            for (Fields listed : fields.objects("releases")) {
                meant(listed.string("name", ""), listed.string("version", ""), present)
                        .forEach(release -> uses.add(
                                new Use(release.name(), release.version(), "runtime config '" + config.name() + "'")));
            }
        }
        return uses;
    }

    private static Stream<ReleaseHeader> meant(String name, String version, List<ReleaseHeader> present) {
        var ofName = present.stream().filter(release -> release.name().equals(name));
        if (version.contains(REFERENCE)) {
            return ofName;
        }
        return ofName
                .filter(release -> BoshVersion.parse(release.version()).isMeantBy(version))
                .max(Comparator.comparing(release -> BoshVersion.parse(release.version())))
                .stream();
    }

    @Override
    public List<Use> stemcells() {
        return List.of();
    }
}
