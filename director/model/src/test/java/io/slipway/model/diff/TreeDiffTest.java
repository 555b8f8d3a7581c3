package io.slipway.model.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.yaml.Yaml;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TreeDiffTest {
    private static String diff(String before, String after, boolean isRedacted) {
        return TreeDiff.of(Yaml.parseMap(before, "before"), Yaml.parseMap(after, "after"), isRedacted).stream()
                .map(line -> switch (line.mode()) {
                            case ADDED -> "+ ";
                            case REMOVED -> "- ";
                            case UNCHANGED -> "  ";
                        }
                        + line.text())
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"));
    }

    private static String diff(String before, String after) {
        return diff(before, after, false);
    }

    @Test
    void equal_trees_have_no_difference() {
        assertThat(diff("{a: 1, b: [x]}", "{b: [x], a: 1}")).isEmpty();
    }

    @Test
    void a_new_deployment_is_all_added_with_known_sections_first() {
        assertThat(diff("{}", """
                        name: web
                        instance_groups:
                        - name: one
                          azs: [z1]
                        releases:
                        - name: r
                          version: '1.0'
                        """)).isEqualTo("""
                        + releases:
                        + - name: r
                        +   version: '1.0'

                        + name: web

                        + instance_groups:
                        + - name: one
                        +   azs:
                        +   - z1""");
    }

    @Test
    void elements_with_names_are_compared_by_name() {
        assertThat(
                        diff(
                                "instance_groups: [{name: a, instances: 1}, {name: b, instances: 1}, {name: c, instances: 1}]",
                                "instance_groups: [{name: b, instances: 1}, {name: a, instances: 3, azs: [z1]}, {name: d, instances: 1}]"))
                .isEqualTo("""
                          instance_groups:
                          - name: a
                        -   instances: 1
                        +   instances: 3
                        +   azs:
                        +   - z1
                        + - name: d
                        +   instances: 1
                        - - name: c
                        -   instances: 1""");
    }

    @Test
    void subnets_without_names_are_compared_by_range() {
        assertThat(
                        diff(
                                "networks: [{name: net, subnets: [{range: 10.0.0.0/24, az: z1}, {range: 10.0.1.0/24, az: z1}]}]",
                                "networks: [{name: net, subnets: [{range: 10.0.0.0/24, az: z2}, {range: 10.0.1.0/24, az: z1}]}]"))
                .isEqualTo("""
                          networks:
                          - name: net
                            subnets:
                            - range: 10.0.0.0/24
                        -     az: z1
                        +     az: z2""");
    }

    @Test
    void other_elements_come_and_go_whole() {
        assertThat(diff("tags: {list: [a, b]}", "tags: {list: [b, c]}")).isEqualTo("""
                          tags:
                            list:
                        +   - c
                        -   - a""");
    }

    @Test
    void a_value_of_another_kind_replaces_the_old_one() {
        assertThat(diff("update: {canaries: 1}", "update: none")).isEqualTo("""
                        - update:
                        -   canaries: 1

                        + update: none""");
    }

    @Test
    void properties_are_redacted_but_their_keys_are_not() {
        String before = "instance_groups: [{name: a, properties: {db: {password: old, ports: [1, 2]}}}]";
        String after = "instance_groups: [{name: a, properties: {db: {password: new, ports: [1, 2]}}}]";

        assertThat(diff(before, after, true)).isEqualTo("""
                          instance_groups:
                          - name: a
                            properties:
                              db:
                        -       password: "<redacted>"
                        +       password: "<redacted>\"""");
        assertThat(diff(before, after)).contains("-       password: old", "+       password: new");
    }

    @Test
    void strings_are_quoted_as_operators_know_it() {
        assertThat(diff("{}", "x: {a: ((secret)), b: '1.0', c: 'yes', d: plain text, e: \"two\\nlines\", f: /path}"))
                .isEqualTo("""
                        + x:
                        +   a: "((secret))"
                        +   b: '1.0'
                        +   c: 'yes'
                        +   d: plain text
                        +   e: |-
                        +     two
                        +     lines
                        +   f: "/path\"""");
    }

    @Test
    void credentials_in_urls_of_releases_are_redacted() {
        assertThat(diff("{}", "releases: [{name: r, url: 'https://me:secret@host/r.tgz'}]", true))
                .contains("https://<redacted>:<redacted>@host/r.tgz")
                .doesNotContain("secret");
    }

    @Test
    void thousands_of_instance_groups_are_compared_at_once() {
        var before = new StringBuilder("instance_groups:\n");
        var after = new StringBuilder("instance_groups:\n");
        for (int i = 0; i < 2000; i++) {
            before.append("- {name: g").append(i).append(", instances: 1, jobs: [{name: j, release: r}]}\n");
            after.append("- {name: g").append(i).append(", instances: 2, jobs: [{name: j, release: r}]}\n");
        }
        var began = Instant.now();

        assertThat(diff(before.toString(), after.toString()).lines()).hasSize(1 + 2000 * 3);
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }
}
