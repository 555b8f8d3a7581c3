package io.slipway.model.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.variable.VariableDefinition.Strategy;
import io.slipway.model.yaml.Yaml;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final String BASE = """
            name: shop
            releases: [{name: r, version: 1, url: 'https://x/r.tgz', sha1: abc, stemcell: {os: d, version: 1}, exported_from: []}]
            stemcells: [{alias: default, os: debian, version: latest}]
            """;

    private static Manifest parse(String more) {
        return parseGroups(more, "[]");
    }

    private static Manifest parseGroups(String more, String groups) {
        var tree = new LinkedHashMap<>(Yaml.parseMap(BASE, "manifest"));
        tree.put("instance_groups", Yaml.parseMap("g: " + groups, "groups").get("g"));
        tree.putAll(Yaml.parseMap(more, "manifest"));
        return Manifest.parse(tree);
    }

    private static InstanceGroup group(String more) {
        return parseGroups("{}", "[{name: g, instances: 1, jobs: [], stemcell: default, networks: [], " + more + "}]")
                .instanceGroups()
                .getFirst();
    }

    @Test
    void numbers_where_texts_are_meant_are_written_as_ruby_writes_them() {
        var manifest = parseGroups(
                "{releases: [{name: 010, version: 1.10}, {name: big, version: 20240101.1}]}",
                "[{name: 0x10, instances: 0b11, stemcell: default, networks: [{name: 1_000}], azs: [1.0],"
                        + " jobs: [{name: 12:30, release: 010}]}]");

        assertThat(manifest.releases())
                .extracting(release -> release.name() + "/" + release.version())
                .containsExactly("8/1.1", "big/20240101.1");
        var group = manifest.instanceGroups().getFirst();
        assertThat(group.name()).isEqualTo("16");
        assertThat(group.instances()).isEqualTo(3);
        assertThat(group.azs()).containsExactly("1.0");
        assertThat(group.networks().getFirst().name()).isEqualTo("1000");
        assertThat(group.jobs().getFirst().name()).isEqualTo("45000");
    }

    @Test
    void everything_that_nothing_reads_is_reported() {
        var manifest = parseGroups(
                "{colour: red, update: {speed: 1}, features: {magic: true},"
                        + " variables: [{name: v, type: password, size: 1}]}",
                "[{name: g, instances: 1, jobs: [{name: j, release: r, template: x}], stemcell: default,"
                        + " networks: [{name: n, dns: []}], update: {wave: 1}, size: big}]");

        assertThat(manifest.warnings().unknown())
                .containsExactlyInAnyOrder(
                        "unknown key 'colour' is ignored",
                        "unknown key 'update.speed' is ignored",
                        "unknown key 'features.magic' is ignored",
                        "unknown key 'variables[v].size' is ignored",
                        "unknown key 'instance_groups[g].size' is ignored",
                        "unknown key 'instance_groups[g].update.wave' is ignored",
                        "unknown key 'instance_groups[g].jobs[j].template' is ignored",
                        "unknown key 'instance_groups[g].networks[n].dns' is ignored");
    }

    @Test
    void a_jobs_properties_take_the_place_of_its_groups_which_are_over_the_manifests() {
        var manifest = parseGroups(
                "{properties: {a: {x: 1, y: 1}}}",
                "[{name: g, instances: 0, stemcell: default, networks: [], properties: {a: {y: 2}},"
                        + " jobs: [{name: one, release: r}, {name: two, release: r, properties: {}}]}]");

        var group = manifest.instanceGroups().getFirst();
        assertThat(group.properties()).isEqualTo(Map.of("a", Map.of("x", 1, "y", 2)));
        assertThat(group.jobs().get(0).properties()).isEmpty();
        assertThat(group.jobs().get(1).properties()).contains(Map.of());
        assertThat(manifest.warnings().deprecations())
                .singleElement()
                .asString()
                .contains("'properties'");
    }

    @Test
    void features_are_read_and_link_names_turn_dns_on() {
        assertThat(parse("{}").features()).isEqualTo(Features.NONE);
        assertThat(parse("{features: {use_link_dns_names: true, converge_variables: true}}")
                        .features())
                .isEqualTo(new Features(Optional.of(true), Optional.of(true), true, false, true, Optional.empty()));
    }

    @Test
    void variables_without_an_update_mode_have_that_of_the_features() {
        String variables = "variables: [{name: a, type: rsa}, {name: b, type: rsa, update_mode: overwrite}]";
        var tree = Yaml.parseMap("{name: x, features: {converge_variables: true}, " + variables + "}", "manifest");

        assertThat(Manifest.heading(tree).definitions())
                .extracting(one -> one.updateMode().orElse(""))
                .containsExactly("converge", "overwrite");
    }

    @Test
    void a_variable_says_when_it_is_taken_up_and_which_names_it_is_for() {
        var variable = parse("{variables: [{name: c, type: certificate, update: {strategy: on-stemcell-change},"
                        + " consumes: {alternative_name: {from: x, properties: {wildcard: true}}, common_name: {}}}]}")
                .variables()
                .getFirst();

        assertThat(variable.strategy()).isEqualTo(Strategy.ON_STEMCELL_CHANGE);
        assertThat(variable.consumes())
                .extracting(one -> one.target() + " " + one.from() + " " + one.type() + " " + one.isWildcard())
                .containsExactly("alternative_name x address true", "common_name common_name address false");
    }

    @Test
    void tags_may_be_any_scalars() {
        assertThat(parse("{tags: {a: 1, b: true, c: text}}").tags())
                .isEqualTo(Map.of("a", "1", "b", "true", "c", "text"));
        assertThat(group("tags: {a: b}").tags()).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void a_persistent_disk_of_nothing_is_none() {
        assertThat(group("persistent_disk: 0").persistentDiskMb()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {features: 7}                                              | 40000  | features
            {features: {use_dns_addresses: maybe}}                     | 560001 | use_dns_addresses
            {features: {use_link_dns_names: true, use_dns_addresses: false}} | 210001 | explicitly disabled
            {stemcells: []}                                            | 190019 | 'stemcells'
            {azs: [{name: z1}]}                                        | 190014 | can only be set in a cloud-config
            {networks: [{name: n}]}                                    | 140026 | networks
            {jobs: [{name: n}]}                                        | 140023 | instance_groups
            {resource_pools: [{name: n}]}                              | 140028 | vm_types
            {release: {name: x}}                                       | 190001 | releases
            {variables: [{name: a, type: rsa}, {name: a, type: rsa}]}  | 560000 | duplicate names
            {variables: [{name: 'a b', type: rsa}]}                    | 540004 | alphanumeric
            {variables: [{name: a/, type: rsa}]}                       | 540004 | end with a forward slash
            {name: a b}                                                | 40005  | name' is 'a b
            {name: -a}                                                 | 420001 | cannot start with a hyphen
            {releases: [{name: a b, version: 1}]}                      | 40005  | a b
            {stemcells: [{alias: ' a', os: o, version: 1}]}            | 40005  | no space
            {tags: {"a\\tb": 1}}                                       | 40005  | tags
            {variables: [{name: a//b, type: rsa}]}                     | 540004 | consecutive
            {variables: [{name: a, type: rsa, update_mode: never}]}    | 560000 | never
            {variables: [{name: a, type: rsa, consumes: {common_name: {}}}]} | 560000 | can not define 'consumes'
            {variables: [{name: a, type: certificate, consumes: {x: {}}}]} | 560000 | not a valid consumer
            """)
    void what_is_wrong_is_named_with_boshs_number(String more, int code, String named) {
        assertThatThrownBy(() -> parse(more)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).anyMatch(problem -> problem.code() == code);
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = ';', textBlock = """
            name: a|b                                                                                       ; 40005  ; 'instance_groups[a|b].name' is 'a|b'
            name: a-                                                                                        ; 420001 ; cannot end with a hyphen
            jobs: [{name: a|b, release: r}]                                                                 ; 40005  ; 'instance_groups[g].jobs[a|b].name' is 'a|b'
            jobs: [{name: j, release: a/b}]                                                                 ; 40005  ; 'a/b'
            jobs: [{name: j, release: r, provides: {x: {as: a|b}}}]                                         ; 40005  ; provides.x.as' is 'a|b'
            jobs: [{name: j, release: r, consumes: {x: {from: ' b'}}}]                                      ; 40005  ; consumes.x.from' is ' b'
            jobs: [{name: j, release: r, custom_provider_definitions: [{name: a|b, type: t}]}]              ; 40005  ; 'a|b'
            """)
    void what_is_no_name_is_refused(String more, int code, String named) {
        assertThatThrownBy(() -> group(more)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).anyMatch(problem -> problem.code() == code);
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @Test
    void groups_that_are_one_in_dns_are_refused() {
        String group = "{instances: 0, jobs: [], stemcell: default, networks: [], name: ";

        assertThatThrownBy(() -> parseGroups("{}", "[" + group + "a_b}, " + group + "A-b}]"))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(refused.problems())
                        .anyMatch(problem -> problem.code() == 190006))
                .hasMessageContaining("Invalid instance group name 'A-b', canonical name already taken");
    }

    @Test
    void the_name_is_checked_before_references_are_filled_in() {
        assertThatThrownBy(() -> Manifest.heading(Map.of("name", "a|b"))).hasMessageContaining("'name' is 'a|b'");
    }

    @Test
    void what_bosh_knows_and_has_no_effect_here_is_told() {
        assertThat(parseGroups(
                                "{}",
                                "[{name: g, instances: 0, jobs: [{name: j, release: r,"
                                        + " custom_provider_definitions: [{name: c, type: t, shared: 1}]}],"
                                        + " stemcell: default, networks: [{name: n, nic_group: 1}],"
                                        + " state: stopped, instance_states: {}, migrated_from: [{name: x, to: g}],"
                                        + " persistent_disks: [{name: d, type: t, size: 1}],"
                                        + " vm_resources: {cpu: 1, gpu: 1}}]")
                        .warnings()
                        .unknown())
                .containsExactlyInAnyOrder(
                        "'instance_groups[g].networks[n].nic_group' is ignored: each network has an interface of its"
                                + " own",
                        "unknown key 'instance_groups[g].state' is ignored",
                        "unknown key 'instance_groups[g].instance_states' is ignored",
                        "unknown key 'instance_groups[g].migrated_from[x].to' is ignored",
                        "unknown key 'instance_groups[g].persistent_disks[d].size' is ignored",
                        "unknown key 'instance_groups[g].vm_resources.gpu' is ignored",
                        "unknown key 'instance_groups[g].jobs[j].custom_provider_definitions[c].shared' is ignored");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            templates: []                                   | 140024 | jobs
            resource_pool: x                                | 140025 | vm_type
            persistent_disk_pool: x                         | 140027 | persistent_disk_type
            azs: [z1], migrated_from: [{name: old, az: z2}] | 190018 | Az 'z2' is not in the list
            jobs: [{name: j, release: r, custom_provider_definitions: [{name: a}]}] | 190016 | must be a string
            """)
    void what_is_wrong_with_a_group_is_named_with_boshs_number(String more, int code, String named) {
        assertThatThrownBy(() -> group(more)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).anyMatch(problem -> problem.code() == code);
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '{name: a, MIGRATED}, {name: old}'           | can not migrate an instance group and also specify it
            '{name: a, MIGRATED}, {name: b, MIGRATED}'   | migrated to only one instance group
            """)
    void a_group_that_is_migrated_from_is_gone_and_goes_to_one_place(String groups, String named) {
        String all = groups.replace("MIGRATED", "migrated_from: [{name: old}]")
                .replace("}", ", instances: 0, jobs: [], networks: [], stemcell: default}")
                .replace("{name: old, instances: 0, jobs: [], networks: [], stemcell: default}]", "{name: old}]");

        assertThatThrownBy(() -> parseGroups("{}", "[" + all + "]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }
}
