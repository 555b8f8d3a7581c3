package io.slipway.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptedManifestTest {

    @Test
    void keeps_the_versions_that_latest_stood_for() {
        var accepted = new DeploymentState.Accepted(
                """
                name: dep
                releases: [{name: web, version: latest}, {name: db, version: "7"}]
                stemcells: [{alias: a, os: debian, version: latest}, {alias: b, name: s-ubuntu, version: latest}]
                """,
                List.of(new NameVersion("web", "3"), new NameVersion("db", "7")),
                List.of(new NameVersion("s-debian", "1.2"), new NameVersion("s-ubuntu", "4")),
                ConfigIds.NONE);

        var pinned = Yaml.parseMap(AcceptedManifest.pinned(accepted), "manifest");

        assertThat(Yaml.canonicalJson(pinned))
                .contains("\"version\":\"3\"", "\"version\":\"7\"", "\"version\":\"1.2\"", "\"version\":\"4\"")
                .doesNotContain("latest");
    }

    @Test
    void keeps_the_order_of_keys() {
        var accepted = new DeploymentState.Accepted(
                "name: dep\nz: 1\na: {y: 1, b: 2}\nreleases: [{version: latest, name: web}]\n",
                List.of(new NameVersion("web", "3")),
                List.of(),
                ConfigIds.NONE);

        assertThat(AcceptedManifest.pinned(accepted))
                .isEqualTo("{\"name\":\"dep\",\"z\":1,\"a\":{\"y\":1,\"b\":2},"
                        + "\"releases\":[{\"version\":\"3\",\"name\":\"web\"}]}");
    }
}
