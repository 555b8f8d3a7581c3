package io.slipway.engine.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.blob.Blobstore;
import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.cleanup.ArtifactUse.Use;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.store.Database;
import io.slipway.engine.store.DatabaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        var releases = new ReleaseCatalog(database.jdbi(), new Blobstore(folder.resolve("blobs"), database.jdbi()));
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
        deployments.add(new DeploymentRow("one", "", List.of(new NameVersion("dns", "1")), List.of(), ""));
        deployments.add(new DeploymentRow("two", "", List.of(new NameVersion("dns", "1")), List.of(), ""));

        assertThat(uses.releases())
                .isEqualTo(Map.of(new NameVersion("dns", "1"), Set.of("one", "two", "runtime config 'x'")));
    }

    @Test
    void a_vm_needs_its_stemcell_though_its_deployment_was_never_deployed_with_it() {
        deployments.add(new DeploymentRow("d", "", List.of(), List.of(new NameVersion("bosh/with-slash", "2")), ""));
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

    private static InstanceRow instance(String vm, String stemcell) {
        return new InstanceRow(
                "i", "d", "g", 0, "z1", "started", "", vm, "", false, List.of(), List.of(), "small", stemcell, false,
                false, Map.of(), List.of(), "", "", "", List.of());
    }
}
