package io.slipway.e2e.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.ReleaseTgz;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input gets one line that names the place and says what to do, and changes nothing. */
@Order(1)
class BadInputTest {
    private static final String MANIFEST = """
            ---
            name: probe
            releases: [{name: probe, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 1, canary_watch_time: 100-30000, update_watch_time: 100-30000}
            instance_groups:
            - name: one
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: plain, release: probe}]
            """;

    private static Installation slipway;
    private static Api api;

    @BeforeAll
    static void installed() throws Exception {
        slipway = Installation.get();
        api = slipway.api();
        byte[] release = new ReleaseTgz("probe")
                .job("plain", "", "<%= spec.name %>")
                .job("needy", "properties: {size: {description: how much}}", "a\nb\n<%= p('size') %>")
                .job("relay", "consumes: [{name: in, type: water}]\nprovides: [{name: out, type: water}]", "x")
                .bytes();
        assertThat(api.post("/releases", "application/x-compressed", release).isGood())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: probe, version: "1"        | name: absent, version: "1"      | absent
            name: probe, version: "1"        | name: probe, version: "77"      | 77
            alias: default, os: debian-bookworm | alias: default, os: plan9    | plan9
            networks: [{name: default}]      | networks: [{name: nowhere}]     | nowhere
            azs: [z1]                        | azs: [z9]                       | z9
            vm_type: small                   | vm_type: enormous               | enormous
            stemcell: default                | stemcell: other                 | other
            {name: plain, release: probe}    | {name: nojob, release: probe}   | nojob
            {name: plain, release: probe}    | {name: plain, release: norel}   | norel
            instances: 1                     | instances: many                 | many
            instances: 1                     | instances: -1                   | -1
            max_in_flight: 1,                | max_in_flight: x,               | max_in_flight
            name: probe                      | nam: probe                      | name
            """)
    void is_told_by_a_manifests_task_or_answer(String good, String bad, String named) throws Exception {
        var answer = refused(MANIFEST.replaceFirst(java.util.regex.Pattern.quote(good), bad));

        assertThat(answer.description()).contains(named);
    }

    @Test
    void names_a_group_that_is_there_twice() throws Exception {
        String group = MANIFEST.substring(MANIFEST.indexOf("- name: one"));

        assertThat(refused(MANIFEST + group).description()).contains("one").containsIgnoringCase("duplicate");
    }

    @Test
    void names_a_link_that_leads_to_itself() throws Exception {
        var answer = refused(
                MANIFEST.replace(
                        "jobs: [{name: plain, release: probe}]",
                        "jobs: [{name: relay, release: probe, consumes: {in: {from: y}}, provides: {out: {as: y2}}}]\n"
                                + MANIFEST.substring(MANIFEST.indexOf("- name: one"))
                                        .replace("name: one", "name: two")
                                        .replace(
                                                "{name: plain, release: probe}",
                                                "{name: relay, release: probe, consumes: {in: {from: y2}}, provides: {out: {as: y}}}")));

        assertThat(answer.description()).contains("cyclic").contains("y2");
    }

    @Test
    void names_the_line_of_a_template_that_fails() throws Exception {
        var answer = refused(MANIFEST.replace("name: plain", "name: needy"));

        assertThat(answer.description())
                .contains("release 'probe'", "job 'needy'", "'file.erb'", "line 3", "one/", "size");
    }

    @Test
    void says_that_a_subnet_is_full_and_does_not_hinder_the_good_that_follows() throws Exception {
        var answer = refused(MANIFEST.replace("instances: 1", "instances: 5000"));

        assertThat(answer.description()).contains("default").containsIgnoringCase("address");
        assertThat(api.deploy(MANIFEST).description()).isEqualTo("/deployments/probe");
        assertThat(api.delete("/deployments/probe").isGood()).isTrue();
    }

    @Test
    void is_told_where_yaml_ends_to_be_one() throws Exception {
        for (String text : List.of("a: [", "", "- 1", "\u0000", "a: &a [*a]", "!!java.io.File x")) {
            var answer = refused(text);
            assertThat(answer.status()).as(text).isBetween(400, 499);
        }
    }

    @ParameterizedTest
    @CsvSource({"releases", "stemcells"})
    void is_told_of_archives_that_are_damaged(String kind) throws Exception {
        byte[] good = kind.equals("releases") ? smallRelease() : smallStemcell();
        byte[] flipped = good.clone();
        for (int at = good.length / 2; at < good.length / 2 + 64; at++) {
            flipped[at] ^= 0x55;
        }
        for (byte[] bad : List.of(
                Arrays.copyOf(good, good.length / 2),
                flipped,
                "no archive at all".getBytes(StandardCharsets.UTF_8),
                new byte[0],
                ReleaseTgz.tgz(Map.of("other.txt", ReleaseTgz.text("x"))))) {
            refusedUpload("/" + kind, bad);
        }
    }

    @Test
    void is_told_of_a_digest_that_does_not_match() throws Exception {
        var entries = Map.of(
                "release.MF",
                ReleaseTgz.text("name: wrong\nversion: \"1\"\npackages: []\njobs:\n"
                        + "- {name: a, version: \"1\", fingerprint: \"1\", sha1: \"sha256:" + "0".repeat(64) + "\"}\n"),
                "jobs/a.tgz",
                ReleaseTgz.tgz(Map.of("job.MF", ReleaseTgz.text("name: a\ntemplates: {}\n"))));

        var inside = refusedUpload("/releases", ReleaseTgz.tgz(entries));
        var outside = refusedUpload("/releases?sha1=sha256:" + "0".repeat(64), smallRelease());

        assertThat(inside).contains("job 'a'", "0000");
        assertThat(outside).contains("0000");
    }

    /** Nothing of a request that was refused is left: no deployment with instances, no VM, no address. */
    private static Api.Answer refused(String manifest) throws Exception {
        int vms = slipway.vms().size();

        var answer = api.deploy(manifest);

        assertThat(answer.isGood()).as(answer.description()).isFalse();
        assertThat(answer.status()).isLessThan(500);
        assertThat(answer.description()).isNotBlank().doesNotContain("\n", "Exception", "internal error");
        assertThat(slipway.vms()).hasSize(vms);
        for (var deployment : api.get("/deployments")) {
            assertThat(deployment.path("name").asText()).isNotEqualTo("probe");
        }
        return answer;
    }

    private static String refusedUpload(String path, byte[] archive) throws Exception {
        var before = api.get(path.replaceFirst("\\?.*", ""));

        var answer = api.post(path, "application/x-compressed", archive);

        assertThat(answer.isGood()).as(answer.description()).isFalse();
        assertThat(answer.status()).isLessThan(500);
        assertThat(answer.description()).isNotBlank().doesNotContain("\n", "Exception", "internal error");
        assertThat(api.get(path.replaceFirst("\\?.*", ""))).isEqualTo(before);
        return answer.description();
    }

    private static byte[] smallRelease() throws Exception {
        return new ReleaseTgz("other").job("a", "", "x".repeat(100_000)).bytes();
    }

    private static byte[] smallStemcell() throws Exception {
        byte[] image = new byte[100_000];
        new Random(1).nextBytes(image);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(image);
        var files = new LinkedHashMap<String, byte[]>();
        files.put(
                "stemcell.MF",
                ReleaseTgz.text("name: small\nversion: \"1\"\noperating_system: debian-bookworm\nsha1: \"sha256:"
                        + HexFormat.of().formatHex(digest) + "\"\ncloud_properties: {infrastructure: local}\n"));
        files.put("image", image);
        return ReleaseTgz.tgz(files);
    }
}
