package io.slipway.model.addon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddonsTest {
    private static final String MANIFEST = """
            name: shop
            releases: [{name: web, version: 1}]
            stemcells: [{alias: default, os: debian, version: latest}, {alias: other, os: ubuntu, version: latest}]
            tags: {owner: me}
            instance_groups:
            - {name: front, azs: [z1], stemcell: default, networks: [{name: a}], jobs: [{name: nginx, release: web}]}
            - {name: back, azs: [z2], stemcell: other, networks: [{name: b}], jobs: [{name: db, release: web}]}
            - {name: once, azs: [z1], stemcell: default, networks: [{name: a}], lifecycle: errand, jobs: []}
            """;
    private static final String CONFIG = """
            releases: [{name: watch, version: 2}, {name: unused, version: 3}]
            tags: {owner: them, stage: test}
            variables: [{name: token, type: password}]
            addons:
            - name: watching
              jobs: [{name: watcher, release: watch, properties: {token: ((token))}}]
              FILTER
            """;

    private static Map<String, Object> applied(String manifest, String... configs) {
        var trees = new ArrayList<Map<String, Object>>();
        for (String config : configs) {
            trees.add(Yaml.parseMap(config, "runtime config"));
        }
        return Addons.applied(Yaml.parseMap(manifest, "manifest"), trees, AddonsTest::osOf);
    }

    /** As the catalog knows it of stemcells that manifests name by their names. */
    private static String osOf(String alias) {
        return alias.equals("default") ? "slipway-jammy" : "";
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> elements ? elements : List.of();
    }

    private static List<String> groupsWith(Map<String, Object> manifest, String job) {
        var found = new ArrayList<String>();
        for (Object group : list(manifest.get("instance_groups"))) {
            var map = (Map<?, ?>) group;
            if (list(map.get("jobs")).stream().anyMatch(one -> job.equals(((Map<?, ?>) one).get("name")))) {
                found.add(String.valueOf(map.get("name")));
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            include: {}                                                     | front,back,once
            include: {deployments: [shop]}                                  | front,back,once
            include: {deployments: [bank]}                                  |
            include: {instance_groups: [back]}                              | back
            include: {jobs: [{name: nginx, release: web}]}                  | front
            include: {jobs: [{name: nginx, release: else}]}                 |
            include: {stemcell: [{os: ubuntu}]}                             | back
            include: {networks: [a], azs: [z1]}                             | front,once
            include: {networks: [a], azs: [z2]}                             |
            include: {lifecycle: errand}                                    | once
            include: {teams: [blue]}                                        |
            exclude: {lifecycle: errand}                                    | front,back
            exclude: {deployments: [shop], instance_groups: [front]}        | back,once
            """)
    void filters_say_on_which_groups_jobs_are_put(String filter, String groups) {
        var manifest = applied(MANIFEST, CONFIG.replace("FILTER", filter));

        assertThat(String.join(",", groupsWith(manifest, "watcher"))).isEqualTo(groups == null ? "" : groups);
    }

    @Test
    void only_releases_that_are_needed_become_the_deployments() {
        assertThat(String.valueOf(
                        applied(MANIFEST, CONFIG.replace("FILTER", "")).get("releases")))
                .contains("watch")
                .doesNotContain("unused");
        assertThat(String.valueOf(applied(MANIFEST, CONFIG.replace("FILTER", "include: {deployments: [bank]}"))
                        .get("releases")))
                .doesNotContain("watch");
    }

    @Test
    void variables_and_tags_are_joined_and_the_deployments_tags_win() {
        var manifest = applied(MANIFEST, CONFIG.replace("FILTER", ""));

        assertThat(manifest.get("tags")).isEqualTo(Map.of("owner", "me", "stage", "test"));
        assertThat(String.valueOf(manifest.get("variables"))).contains("token");
    }

    @Test
    void addons_of_the_manifest_use_its_own_releases() {
        var manifest =
                applied(MANIFEST + "addons: [{name: x, jobs: [{name: extra, release: web}], properties: {a: 1}}]");

        assertThat(groupsWith(manifest, "extra")).containsExactly("front", "back", "once");
        assertThat(String.valueOf(manifest.get("instance_groups"))).contains("{a=1}");
    }

    @Test
    void addons_never_see_the_properties_of_the_group_that_they_are_put_on() {
        var manifest = applied(MANIFEST + "addons: [{name: x, jobs: [{name: extra, release: web}]}]");

        assertThat(String.valueOf(manifest.get("instance_groups")))
                .contains("{name=extra, release=web, properties={}}");
    }

    @ParameterizedTest
    @CsvSource({
        "include, slipway-jammy, true",
        "include, another-os, false",
        "exclude, slipway-jammy, false",
        "exclude, another-os, true"
    })
    void sees_the_os_of_a_stemcell_that_the_manifest_knows_by_its_name(String filter, String os, boolean isPlaced) {
        String byName = MANIFEST.replaceAll("alias: default, os: [^,}]+", "alias: default, name: bosh-some-stemcell");
        String config = CONFIG.replace("FILTER", filter + ": {stemcell: [{os: " + os + "}]}");

        var applied = applied(byName, config);
        var relevant = Addons.relevant(
                        Yaml.parseMap(byName, "manifest"),
                        List.of(Yaml.parseMap(config, "runtime config")),
                        AddonsTest::osOf)
                .getFirst();

        assertThat(byName).contains("bosh-some-stemcell");
        assertThat(groupsWith(applied, "watcher").contains("front")).isEqualTo(isPlaced);
        assertThat(relevant.containsKey("addons"))
                .isEqualTo(!groupsWith(applied, "watcher").isEmpty());
    }

    @Test
    void only_what_concerns_a_deployment_is_relevant() {
        var config = Yaml.parseMap(CONFIG.replace("FILTER", "include: {instance_groups: [none]}"), "runtime config");

        var relevant = Addons.relevant(Yaml.parseMap(MANIFEST, "manifest"), List.of(config), AddonsTest::osOf)
                .getFirst();

        assertThat(relevant)
                .doesNotContainKey("addons")
                .containsEntry("releases", List.of())
                .containsKey("tags");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            version: 2                                   | version: latest                           | latest
            release: watch                               | release: none                             | none
            name: watcher                                | name: nginx                               | nginx
            FILTER                                       | include: {jobs: [{name: x}]}              | both name and release
            [{name: watch, version: 2}, {name: unused,   | [{name: watch, version: 2}, {name: watch, | listed twice
            """)
    void what_is_wrong_with_an_addon_is_named(String good, String bad, String named) {
        String broken = CONFIG.replace(good, bad).replace("FILTER", "");

        assertThatThrownBy(() -> applied(MANIFEST, broken))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }

    @Test
    void a_release_in_another_version_than_the_manifests_is_refused() {
        String config = "{releases: [{name: web, version: 9}], addons: [{name: x, jobs: [{name: w, release: web}]}]}";

        assertThatThrownBy(() -> applied(MANIFEST, config)).hasMessageContaining("conflicts with version '1'");
    }

    @Test
    void a_filter_by_deployment_is_refused_in_a_manifest() {
        assertThatThrownBy(() -> applied(MANIFEST + "addons: [{name: x, jobs: [], include: {deployments: [shop]}}]"))
                .hasMessageContaining("not allowed");
    }

    @Test
    void what_one_runtime_config_lists_the_addons_of_another_use() {
        String addon = "addons: [{name: x, jobs: [{name: w, release: watch}]}]";
        String releases = "releases: [{name: watch, version: 2}]";

        var manifest = applied(MANIFEST, addon, releases);

        assertThat(groupsWith(manifest, "w")).containsExactly("front", "back", "once");
        assertThat(String.valueOf(manifest.get("releases"))).contains("{name=watch, version=2}");
        var relevant = Addons.relevant(
                Yaml.parseMap(MANIFEST, "manifest"),
                List.of(Yaml.parseMap(addon, "config"), Yaml.parseMap(releases, "config")),
                AddonsTest::osOf);
        assertThat(String.valueOf(relevant.getLast().get("releases"))).contains("watch");
    }

    @Test
    void two_versions_of_a_release_that_an_addon_needs_are_refused() {
        String addon =
                "{releases: [{name: watch, version: 1}], addons: [{name: x, jobs: [{name: w, release: watch}]}]}";

        assertThatThrownBy(() -> applied(MANIFEST, addon, "releases: [{name: watch, version: 2}]"))
                .hasMessageContaining("conflicts with version '1'");
    }

    @Test
    void a_release_comes_with_all_that_the_config_says_of_it() {
        var manifest = applied(
                MANIFEST,
                CONFIG.replace("version: 2}", "version: 2, exported_from: [{os: jammy, version: 1.5}]}")
                        .replace("FILTER", ""));

        assertThat(String.valueOf(manifest.get("releases"))).contains("exported_from=[{os=jammy, version=1.5}]");
    }

    @Test
    void tags_of_two_runtime_configs_are_refused() {
        assertThatThrownBy(() -> applied(MANIFEST, "tags: {a: 1}", "tags: {b: 1}"))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(refused.problems())
                        .singleElement()
                        .extracting(Problem::code)
                        .isEqualTo(530006))
                .hasMessage("Runtime config 'tags' key cannot be defined in multiple runtime configs.");
    }

    @Test
    void an_addon_that_applies_to_nothing_needs_its_releases_all_the_same() {
        String addon = "addons: [{name: x, jobs: [{name: w, release: none}], include: {deployments: [bank]}}]";

        assertThatThrownBy(() -> applied(MANIFEST, addon)).hasMessageContaining("'none' is not listed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            releases: [{name: w, version: 1.latest}]                                    | 1.latest
            releases: [{name: w, version: '1_latest'}]                                  | 1_latest
            releases: [{name: w x, version: 1}]                                         | w x
            releases: [{name: w}]                                                       | version
            addons: [{jobs: []}]                                                        | name
            addons: [{name: x, jobs: [{name: w}]}]                                      | release
            addons: [{name: x, jobs: [{name: ../w, release: r}]}]                       | ../w
            addons: [{name: x, jobs: [{name: w, release: r, properties: []}]}]          | properties
            addons: [{name: x, properties: 1}]                                          | properties
            addons: [{name: x, include: {deployments: all}}]                            | include.deployments
            addons: [{name: x, exclude: {stemcell: [{version: 1}]}}]                    | os name
            addons: [{name: x, include: {deployments: [((/all))]}}]                     | 'addons[x].include' refers to variable '/all'
            variables: [{name: a b, type: password}]                                    | a b
            variables: [{name: a}]                                                      | type
            tags: [a]                                                                   | tags
            """, quoteCharacter = '`')
    void what_is_wrong_with_a_runtime_config_is_named_when_it_is_uploaded(String yaml, String named) {
        var config = Yaml.parseMap(yaml, "runtime config");

        assertThatThrownBy(() -> Addons.check(config))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }

    @Test
    void what_hangs_on_references_is_known_at_deploys_only() {
        var config = Yaml.parseMap("""
                releases: [{name: watch, version: ((v))}, ((release))]
                addons: [{name: x, jobs: [{name: ((job)), release: watch, properties: ((p))}]}]
                tags: ((tags))
                variables: ((variables))
                """, "runtime config");

        assertThat(Addons.check(config)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            colour: red                                                              | 'colour' is ignored
            releases: [{name: r, version: 1, colour: red}]                           | 'releases[r].colour' is ignored
            addons: [{name: x, colour: red}]                                         | 'addons[x].colour' is ignored
            addons: [{name: x, jobs: [{name: j, release: r, colour: red}]}]          | 'addons[x].jobs[j].colour' is ignored
            addons: [{name: x, include: {job: []}}]                                  | 'addons[x].include.job' is ignored
            addons: [{name: x, exclude: {stemcell: [{os: a, version: 1}]}}]          | 'addons[x].exclude.stemcell[0].version' is ignored
            addons: [{name: x, include: {teams: [blue]}}]                            | 'addons[x].include.teams' fits nothing
            addons: [{name: x, properties: {a: 1}}]                                  | 'properties' in addons are deprecated
            """)
    void what_has_no_effect_is_told(String yaml, String named) {
        var config = Yaml.parseMap(yaml, "runtime config");

        assertThat(Addons.check(config)).singleElement().asString().contains(named);
        assertThat(Addons.warnings(Map.of(), List.of(config)))
                .singleElement()
                .asString()
                .contains(named.replace("'addons", "'runtime config.addons")
                        .replace("'rel", "'runtime config.rel")
                        .replace("'colour", "'runtime config.colour"));
        if (yaml.startsWith("addons")) {
            assertThat(Addons.warnings(config, List.of())).hasSize(1);
        }
    }
}
