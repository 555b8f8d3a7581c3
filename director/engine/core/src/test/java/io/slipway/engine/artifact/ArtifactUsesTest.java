package io.slipway.engine.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.artifact.ArtifactUse.Use;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.plan.PinnedInputs.PinnedRelease;
import io.slipway.engine.plan.PinnedInputs.PinnedStemcell;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.DirectoryAreas;
import io.slipway.store.catalog.ReleaseCatalog;
import io.slipway.store.config.ConfigStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtifactUsesTest {
    private final List<DeploymentRow> deployments = new ArrayList<>();
    private final List<InstanceRow> instances = new ArrayList<>();
    private Database database;
    private ConfigStore configs;
    private ArtifactUses uses;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        database = Database.open(DatabaseSettings.embedded(folder));
        configs = new ConfigStore(database.jdbi(), Clock.systemUTC());
        var releases = new ReleaseCatalog(database.jdbi(), new DirectoryAreas(folder, false).area("blobs"));
        uses = new ArtifactUses(
                new UseByDeployments(() -> deployments, () -> instances), new UseByConfigs(configs, releases));
        for (String version : List.of("1", "1.1", "1.10", "2")) {
            database.jdbi()
                    .useHandle(handle ->
                            handle.execute("INSERT INTO releases VALUES ('dns', ?, 'commit', FALSE)", version));
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({"'''1.1''', 1.1", "2, 2", "latest, 2", "1.latest, 1.10", "((/dns-version)), 1 1.1 1.10 2", "'''7''', ''"
    })
    void a_runtime_config_needs_the_versions_that_it_means(String version, String meant) {
        configs.put("runtime", "x", "{releases: [{name: dns, version: " + version + "}]}");

        assertThat(uses.releases().keySet())
                .extracting(NameVersion::version)
                .containsExactlyInAnyOrder(meant.isEmpty() ? new String[0] : meant.split(" "));
        assertThat(uses.releases().values()).allMatch(Set.of("runtime config 'x'")::equals);
        assertThat(uses.deployedReleases()).isEmpty();
    }

    @Test
    void only_current_runtime_configs_count() {
        configs.put("runtime", "x", "{releases: [{name: dns, version: '1'}]}");
        configs.put("runtime", "x", "{tags: {a: b}}");
        configs.put("cloud", "y", "{releases: [{name: dns, version: '1'}]}");
        configs.put("runtime", "z", "{releases: [{name: dns, version: '1'}]}");
        configs.delete("runtime", "z");

        assertThat(uses.releases()).isEmpty();
    }

    @Test
    void who_needs_the_same_version_is_told_together() {
        configs.put("runtime", "x", "{releases: [{name: dns, version: '1'}]}");
        deployments.add(row("one", "dns/1", ""));
        deployments.add(row("two", "dns/1", ""));

        assertThat(uses.releases())
                .isEqualTo(Map.of(new NameVersion("dns", "1"), Set.of("one", "two", "runtime config 'x'")));
    }

    @Test
    void a_vm_needs_its_stemcell_though_its_deployment_was_never_deployed_with_it() {
        deployments.add(row("d", "", "bosh/with-slash/2"));
        instances.add(instance("vm-1", "bosh/with-slash/1"));
        instances.add(instance("", "bosh/with-slash/0"));

        assertThat(uses.stemcells())
                .isEqualTo(Map.of(
                        new NameVersion("bosh/with-slash", "1"), Set.of("d"),
                        new NameVersion("bosh/with-slash", "2"), Set.of("d")));
    }

    @Test
    void anybody_else_may_say_what_it_needs() {
        var run = new ArtifactUse() {
            @Override
            public List<Use> releases() {
                return List.of(new Use("dns", "2", "task 7"));
            }

            @Override
            public List<Use> stemcells() {
                return List.of(new Use("s", "3", "task 7"));
            }
        };
        var all = new ArtifactUses(new UseByDeployments(() -> deployments, () -> instances), run);

        assertThat(all.releases()).isEqualTo(Map.of(new NameVersion("dns", "2"), Set.of("task 7")));
        assertThat(all.stemcells()).isEqualTo(Map.of(new NameVersion("s", "3"), Set.of("task 7")));
    }

    @Test
    void what_a_run_under_way_deploys_is_needed_before_it_is_deployed() {
        deployments.add(new DeploymentRow("d", "", inputs("dns/1", "s/1"), "7", List.of(), inputs("dns/2", "s/2")));

        assertThat(uses.releases().keySet()).containsExactly(new NameVersion("dns", "1"), new NameVersion("dns", "2"));
        assertThat(uses.stemcells().keySet()).containsExactly(new NameVersion("s", "1"), new NameVersion("s", "2"));
    }

    /** Deployed with a release and a stemcell; empty for none. */
    private static DeploymentRow row(String name, String release, String stemcell) {
        return new DeploymentRow(name, "", inputs(release, stemcell), "", List.of(), PinnedInputs.NONE);
    }

    private static PinnedInputs inputs(String release, String stemcell) {
        return new PinnedInputs(
                ConfigIds.NONE,
                split(release).map(one -> new PinnedRelease(one.name(), "", one.version())).stream()
                        .toList(),
                split(stemcell).map(one -> new PinnedStemcell("", one.name(), one.version())).stream()
                        .toList(),
                Map.of(),
                Map.of());
    }

    private static Optional<NameVersion> split(String text) {
        int slash = text.lastIndexOf('/');
        return slash < 0
                ? Optional.empty()
                : Optional.of(new NameVersion(text.substring(0, slash), text.substring(slash + 1)));
    }

    private static InstanceRow instance(String vm, String stemcell) {
        return new InstanceRow(
                "i", "d", "g", 0, "z1", "started", "", vm, "", false, List.of(), List.of(), "small", stemcell, false,
                false, Map.of(), List.of(), "", "", "", List.of());
    }
}
